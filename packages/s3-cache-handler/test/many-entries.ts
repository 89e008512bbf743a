import type { TestEntry } from './put-entry.ts'

/** How many entries a command is tried on: `pnpm test:full` asks for 100,000. */
export const MANY: number = Number(process.env['COMMAND_ENTRIES'] ?? 10_000)

/** So many requests list them, a thousand each. */
export const LISTINGS: number = MANY / 1000

/** Data entries with keys from `k0` on. */
export const manyEntries = (about: (index: number) => Partial<TestEntry> = () => ({})): TestEntry[] =>
  Array.from({ length: MANY }, (_, index) => ({ kind: 'data', key: `k${index}`, ...about(index) }))
