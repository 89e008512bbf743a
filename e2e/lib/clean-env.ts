/** Settings of the cache, of Next and of the fixtures, and what pnpm tells the scripts of this repository. */
const FOREIGN =
  /^(CACHE_|AWS_|NEXT_|FIXTURE_|ORIGIN_URL$|npm_(execpath|lifecycle|package)|p?npm_config_verify_deps|INIT_CWD$)/

/** This process's environment without what would configure a server or a build under test from outside. */
export function cleanEnv(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  return { ...process.env, ...withoutForeign(), NEXT_TELEMETRY_DISABLED: '1', ...extra, NODE_ENV: 'production' }
}

/** The same, for whoever adds to this process's environment: `undefined` takes a variable away. */
export function withoutForeign(): Record<string, undefined> {
  const foreign = Object.keys(process.env).filter((name) => FOREIGN.test(name))
  return Object.fromEntries(foreign.map((name) => [name, undefined]))
}
