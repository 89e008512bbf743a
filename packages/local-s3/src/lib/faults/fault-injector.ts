import { compileKeyPattern } from '../key-pattern.ts'
import type { S3Operation } from '../operation.ts'
import { parseFaultRule, type Fault, type FaultRule } from './fault.ts'

/** A rule in force. */
export interface ActiveFault {
  readonly id: string
  readonly rule: FaultRule
  /** How often it has fired so far. */
  readonly fired: number
}

/** Makes requests go wrong on purpose. The first rule that matches a request, in the order they were added, fires. */
export interface FaultInjector {
  /** Adds a rule, checked; the answer's `fired` keeps counting, also after the rule is removed or used up. */
  add(rule: FaultRule): ActiveFault
  /** All rules in force, those that are used up included. */
  list(): ActiveFault[]
  /** Removes one rule; an unknown id is no error. */
  remove(id: string): void
  clear(): void
}

/** A fault that befalls a request. */
export interface MetFault {
  readonly fault: Fault
  /** The how-manieth time it is that the fault's rule fires, from 1. */
  readonly firing: number
}

/** The injector as the server uses it. */
export interface FaultSource extends FaultInjector {
  /** The fault that befalls a request, counted as fired. */
  take(operation: S3Operation, key: string): MetFault | undefined
}

interface Entry {
  readonly active: ActiveFault & { fired: number }
  /** The rule's pattern, compiled once. */
  readonly pattern: RegExp | undefined
}

/** Creates an injector without rules; `random` decides for rules with a probability. */
export function createFaultInjector(random: () => number = Math.random): FaultSource {
  const entries = new Map<string, Entry>()
  let lastId = 0

  const fires = ({ active, pattern }: Entry, operation: S3Operation, key: string): boolean => {
    const { rule, fired } = active
    return (
      (rule.operation === undefined || rule.operation === operation) &&
      (rule.times === undefined || fired < rule.times) &&
      (pattern === undefined || pattern.test(key)) &&
      (rule.probability === undefined || random() < rule.probability)
    )
  }

  return {
    add(rule) {
      const parsed = parseFaultRule(rule)
      const pattern = parsed.keyPattern === undefined ? undefined : compileKeyPattern(parsed.keyPattern)
      const active = { id: String(++lastId), rule: parsed, fired: 0 }
      entries.set(active.id, { active, pattern })
      return active
    },
    list: () => Array.from(entries.values(), ({ active }) => active),
    remove: (id) => void entries.delete(id),
    clear: () => entries.clear(),
    take(operation, key) {
      for (const entry of entries.values()) {
        if (!fires(entry, operation, key)) continue
        return { fault: entry.active.rule.fault, firing: ++entry.active.fired }
      }
      return undefined
    },
  }
}
