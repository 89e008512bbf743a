import { devalueCodec } from '../data/devalue-codec.ts'
import { valueText } from './value-text.ts'

const codec = devalueCodec({})

/** The value that the data cache has stored so; undefined where only the app's own types can read it, or it is too long. */
export async function devalueText(stored: string): Promise<string | undefined> {
  try {
    const value = codec.parse(stored)
    // Promises inside tell what they hold a moment later.
    await new Promise(setImmediate)
    return valueText(value)
  } catch {
    return undefined
  }
}
