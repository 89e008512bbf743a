import { createHash } from 'node:crypto'

const HEX_DIGITS = 16

/** Stands for a key where the key itself must not be told: the first 64 bits of its SHA-256, the same in every process. */
export const hashKey = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, HEX_DIGITS)
