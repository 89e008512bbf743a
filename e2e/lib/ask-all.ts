import { mapConcurrently } from '../../packages/s3-cache-handler/src/lib/map-concurrently.ts'
import type { Instance } from './stage.ts'
import type { Visit } from './visit.ts'

/** As browsers behind a load balancer ask: so many requests at once. */
const AT_ONCE = 10

export interface Answer extends Visit {
  readonly path: string
  readonly instance: Instance
}

/** Resolves with the answers in the order of the paths. */
export const askAll = (instance: Instance, paths: readonly string[]): Promise<Answer[]> =>
  mapConcurrently(paths, async (path) => ({ ...(await instance.visit(path)), path, instance }), AT_ONCE)
