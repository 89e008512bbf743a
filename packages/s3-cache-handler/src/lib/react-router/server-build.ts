import type { ShownUrl } from '../http/framework.ts'

/** What matters here of the build that `virtual:react-router/server-build` gives, or Remix's. */
export interface ServerBuildLike {
  readonly assets: { readonly version: string }
  readonly future?: object | undefined
}

/** A build, or how to come by it. */
export type BuildSource = ServerBuildLike | (() => ServerBuildLike | Promise<ServerBuildLike>)

export const buildOf = async (source: BuildSource): Promise<ServerBuildLike> =>
  typeof source === 'function' ? await source() : source

/** What URLs the build's middleware is shown. */
export function shownTo({ future = {} }: ServerBuildLike): ShownUrl {
  const flags = future as Readonly<Record<string, unknown>>
  if (flags['v8_passThroughRequests'] === true || flags['unstable_passThroughRequests'] === true) return 'raw'
  // Where middleware is no flag any more, neither is this.
  return 'v8_middleware' in flags || 'unstable_middleware' in flags ? 'stripped' : 'raw'
}
