import type { OpenCache } from '../open-cache.ts'
import { openCache } from '../open-cache.ts'
import type { Io } from './command.ts'
import type { ParsedFlags } from './flags.ts'
import { settingsOf } from './settings.ts'

/** The store, the layout and the view of the tags that the handler has with these settings; nothing is kept in memory. */
export function openPlace(flags: ParsedFlags, { env, complain }: Io): OpenCache {
  const { bucket, ...options } = settingsOf(flags, env)
  const logger = { error: complain, warn: complain, info: () => {}, debug: () => {} }
  return openCache({ kind: 's3', bucket }, { ...options, bucket, memoryMaxBytes: 0 }, { logger })
}
