import { mapConcurrently } from '../../packages/s3-cache-handler/src/lib/map-concurrently.ts'
import type { Instance } from './stage.ts'
import type { Visit } from './visit.ts'

/** As browsers behind a load balancer ask: so many requests at once. */
const AT_ONCE = 10

export interface Answer extends Visit {
  readonly path: string
  readonly instance: Instance
}

/** Asks the instances in turn for these paths. Resolves with the answers in the order of the paths. */
export const askAll = (instances: readonly Instance[], paths: readonly string[]): Promise<Answer[]> =>
  mapConcurrently(
    [...paths.entries()],
    async ([index, path]) => {
      const instance = instances[index % instances.length]
      if (instance === undefined) throw new Error('Nobody to ask')
      return { ...(await instance.visit(path)), path, instance }
    },
    AT_ONCE,
  )
