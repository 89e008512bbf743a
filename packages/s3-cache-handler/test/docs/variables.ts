import { DATA_OPTION_TABLE } from '../../src/lib/data/data-options.ts'
import { OPTION_TABLE } from '../../src/lib/options/option-table.ts'

const own = Object.values({ ...OPTION_TABLE, ...DATA_OPTION_TABLE }).flatMap(({ env, ambientEnv = [] }) => [
  env,
  ...ambientEnv,
])
/** Read beside the tables. */
const READ = ['CACHE_DEFAULT_TIMEOUT', 'CACHE_OPTIONS']
/** Of Flask-Caching, which the guide for who comes from there names. */
const OF_FLASK = ['CACHE_ARGS', 'CACHE_HASH_METHOD', 'CACHE_IGNORE_ERRORS', 'CACHE_SERIALIZER', 'CACHE_THRESHOLD']
/** Of others, that files in the guides set. */
const OF_OTHERS = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'GIT_SHA',
  'HOSTNAME',
  'MINIO_ROOT_PASSWORD',
  'MINIO_ROOT_USER',
  'NEXT_SERVER_ACTIONS_ENCRYPTION_KEY',
  'NODE_ENV',
  'PORT',
]

/** Whether something reads a variable that a page names. */
export const isKnownVariable = (name: string): boolean => [...own, ...READ, ...OF_FLASK, ...OF_OTHERS].includes(name)

/** Whether a file of a guide may set a variable: a name that is misspelt must not be ignored. */
export const isSettable = (name: string): boolean => [...own, ...READ, ...OF_OTHERS].includes(name)
