import type { RawValue } from '../codec/raw-entry.ts'
import type { Entry } from '../entry.ts'
import type { Scope } from '../keys/layout.ts'

/** Entries of the data cache belong to no deployment. */
export const DATA_SCOPE: Scope = { kind: 'shared' }

/** The last writes of an entry that is changed in place, and what was there before: who lost an answer finds it here. */
export type Writes = readonly (readonly [id: string, before: number])[]

/** Text that a codec made, and bytes beside it where that is what they are the head of. */
export interface TextValue {
  readonly text: string
  readonly bytes?: Buffer
}

/** What an entry of the data cache holds: bytes as they are, or text. */
export type DataValue = (RawValue | TextValue) & {
  /** Which codec reads it. */
  readonly codec: string
  readonly writes?: Writes | undefined
}

export type DataEntry = Entry & { readonly value: DataValue }
