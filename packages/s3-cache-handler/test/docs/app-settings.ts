import type { ShellCommand } from './shell.ts'

/** As the guides call them. */
export const BUCKET = 'my-app-cache'
export const PREFIX = 'shop/'

/** What the guides have the app's variables say. */
const OF_THE_APP: Readonly<Record<string, string>> = {
  CACHE_S3_BUCKET: BUCKET,
  CACHE_KEY_PREFIX: PREFIX,
  CACHE_EXPIRY_TAGS: '1',
}

/** Pages whose commands have the variables of the app, and where each says so. */
export const AS_THE_APP: Readonly<Record<string, string>> = {
  'docs/deploying.md':
    '`CACHE_S3_BUCKET` and `CACHE_KEY_PREFIX` at least, as variables: then the command `s3-cache` knows them, too',
  'docs/stores.md': 'with the variables that the app has',
  'docs/troubleshooting.md': 'Both take the settings of the app: its variables',
}

/** The variables that a command has where a reader follows its page: a prefix that is not given is none. */
export function variablesOf({
  page,
  words,
  env,
}: Pick<ShellCommand, 'page' | 'words' | 'env'>): Readonly<Record<string, string>> {
  const isAsTheApp = page in AS_THE_APP && !words.includes('--bucket')
  return isAsTheApp ? { ...OF_THE_APP, ...env } : env
}
