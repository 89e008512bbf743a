import { messageOf, UnencodableValueError } from '../errors.ts'
import { isWellFormed } from '../well-formed.ts'
import { BodyValue, isBodyValue } from './body-value.ts'
import type { DataValue, TextValue } from './data-value.ts'
import { devalueCodec, type TypeCodec } from './devalue-codec.ts'

/** Turns values into text and back. Bytes and strings need none. */
export interface TextCodec {
  /** Stored with every value: a value of another codec is a miss. */
  readonly name: string
  stringify(value: unknown): string | Promise<string>
  /** Throws for text that is none of its making. */
  parse(text: string): unknown
}

/** A value as it is at one moment: what is done to it later does not reach it. */
export interface TextSnapshot {
  readonly text: string | Promise<string>
  /** Shares nothing with the value; it does not wait for Promises inside, which give copies in turn. */
  copy(): unknown
}

/** A codec that need not wait for the Promises inside of a value to copy it. */
export interface SnapshotCodec extends TextCodec {
  /** Throws for what cannot be written. */
  snapshot(value: unknown): TextSnapshot
}

export interface ValueCodecOptions {
  /** What values that are no bytes and no strings are stored with. @default devalue */
  readonly codec?: TextCodec | SnapshotCodec | undefined
  /** Types of one's own for the default codec, by the name that is stored. */
  readonly types?: Readonly<Record<string, TypeCodec>> | undefined
}

export interface Snapshot {
  /** As {@link ValueCodec.encode} gives it. */
  readonly encoded: Promise<DataValue>
  /** The value itself where it cannot be stored. */
  readonly copy: () => Promise<unknown>
}

export interface ValueCodec {
  /** To store a value and to give others copies of it, whatever its owner does to it meanwhile. */
  snapshot(value: unknown, contentType?: string): Snapshot
  /** Throws {@link UnencodableValueError}, and what a Promise inside rejects with. */
  encode(value: unknown, contentType?: string): Promise<DataValue>
  /** Throws for what cannot be read. */
  decode(value: DataValue): unknown
}

const TEXT_TYPE = 'text/plain; charset=utf-8'
const BYTES_TYPE = 'application/octet-stream'
/** What a {@link BodyValue} is stored by. */
const BODY_CODEC = 'body'

export function createValueCodec({ types = {}, codec = devalueCodec(types) }: ValueCodecOptions): ValueCodec {
  const decode = (value: DataValue): unknown => {
    if ('raw' in value) return ofRaw(value.codec, value.raw)
    if (value.codec === BODY_CODEC) return ofBody(value)
    if (value.codec !== codec.name) throw new Error(`stored by the codec "${value.codec}", not "${codec.name}"`)
    return codec.parse(value.text)
  }
  const snapshot = (value: unknown, contentType?: string): Snapshot => {
    let copy: (() => unknown) | undefined
    const encode = async (): Promise<DataValue> => {
      const raw = rawOf(value)
      if (raw !== undefined) return { ...raw, contentType: contentType ?? raw.contentType }
      try {
        if (isBodyValue(value)) {
          copy = () => value
          const { head, bytes } = await value.whole
          return { codec: BODY_CODEC, text: JSON.stringify(head), bytes }
        }
        const taken = 'snapshot' in codec ? codec.snapshot(value) : { text: codec.stringify(value), copy: undefined }
        copy = taken.copy
        const text: unknown = await taken.text
        // As JSON.stringify makes of a function.
        if (typeof text !== 'string')
          throw new Error(`the codec "${codec.name}" made ${typeof text} of it, and no text`)
        return { codec: codec.name, text }
      } catch (error) {
        throw new UnencodableValueError(`The value cannot be stored: ${messageOf(error)}`, { cause: error })
      }
    }
    const encoded = encode()
    // Who takes copies only need not know.
    encoded.catch(() => {})
    return {
      encoded,
      copy: async () => {
        try {
          return copy === undefined ? decode(await encoded) : copy()
        } catch {
          return value
        }
      },
    }
  }
  return { snapshot, encode: (value, contentType) => snapshot(value, contentType).encoded, decode }
}

function ofBody({ text, bytes }: TextValue): BodyValue {
  if (bytes === undefined) throw new Error('A body has bytes')
  const head: unknown = JSON.parse(text)
  return new BodyValue(head, Promise.resolve({ head, bytes }))
}

type Raw = Extract<DataValue, { readonly raw: Buffer }>

function rawOf(value: unknown): Raw | undefined {
  if (typeof value === 'string') {
    return isWellFormed(value) ? { codec: 'string', raw: Buffer.from(value), contentType: TEXT_TYPE } : undefined
  }
  if (Buffer.isBuffer(value)) return { codec: 'buffer', raw: Buffer.from(value), contentType: BYTES_TYPE }
  if (value instanceof Uint8Array && value.constructor === Uint8Array) {
    return { codec: 'uint8array', raw: Buffer.from(value), contentType: BYTES_TYPE }
  }
  if (value instanceof ArrayBuffer) {
    return { codec: 'arraybuffer', raw: Buffer.from(value.slice(0)), contentType: BYTES_TYPE }
  }
  return undefined
}

function ofRaw(codec: string, raw: Buffer): unknown {
  switch (codec) {
    case 'string':
      return raw.toString('utf8')
    case 'buffer':
      return Buffer.from(raw)
    case 'uint8array':
      return new Uint8Array(raw)
    case 'arraybuffer':
      return new Uint8Array(raw).buffer
    default:
      throw new Error(`stored by the codec "${codec}", which this release does not know`)
  }
}
