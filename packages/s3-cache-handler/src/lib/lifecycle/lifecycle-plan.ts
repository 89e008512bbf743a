import type { Layout } from '../keys/layout.ts'
import { type LifecycleDocument, type RuleText, unescapeXml } from './lifecycle-document.ts'
import { type OwnRule, ownIds } from './own-rules.ts'

/** What becomes of a bucket's rules. */
export interface LifecyclePlan {
  readonly added: readonly OwnRule[]
  readonly changed: readonly OwnRule[]
  readonly unchanged: readonly OwnRule[]
  /** Ours, and not wanted any more. */
  readonly removed: readonly RuleText[]
  /** Of others: they stay byte for byte what they are, and where they are. */
  readonly foreign: readonly RuleText[]
  readonly next: LifecycleDocument
}

/** Ours come after those of others, whose order stays. */
export function planLifecycle(layout: Layout, present: LifecycleDocument, wanted: readonly OwnRule[]): LifecyclePlan {
  const isOurs = ({ id }: RuleText): boolean => id?.startsWith(ownIds(layout)) === true
  const ours = present.rules.filter(isOurs)
  const foreign = present.rules.filter((one) => !isOurs(one))
  const knownOf = ({ id }: OwnRule): RuleText | undefined => ours.find((one) => one.id === id)
  const isSame = (one: OwnRule): boolean => normal(knownOf(one)?.xml) === normal(one.xml)
  return {
    added: wanted.filter((one) => knownOf(one) === undefined),
    changed: wanted.filter((one) => knownOf(one) !== undefined && !isSame(one)),
    unchanged: wanted.filter(isSame),
    removed: ours.filter(({ id }) => !wanted.some((one) => one.id === id)),
    foreign,
    next: { ...present, rules: [...foreign, ...wanted] },
  }
}

/** A store gives the elements of a rule back in an order of its own, and with other spaces between them. */
const normal = (xml: string = ''): string =>
  (xml.match(/<\w+>[^<]*/g) ?? [])
    .map((text) => unescapeXml(text.trim()))
    .toSorted()
    .join()
