import { startCalledProcess } from './called-process.mjs'

/**
 * What instances did: views, and how many of those rendered the page.
 * @typedef {{ views: number, renders: number }} Served
 */

/** A start of several processes at once is no time to give up early. */
const TIMEOUT_MS = '10000'

/**
 * Instances of fleet-instance.mjs, each a process.
 * @param {number} size
 * @param {Record<string, string>} env
 */
export function startFleet(size, env) {
  const instances = Array.from({ length: size }, () => startInstance(env))
  return {
    /**
     * Views of all pages, by all instances in turn.
     * @param {{ pages: number, perSecond: number, forMs: number, revalidate: number | false }} traffic
     * @returns {Promise<Served>}
     */
    async views({ pages, perSecond, ...rest }) {
      const served = await Promise.all(
        instances.map((instance, index) =>
          instance.call('views', {
            pages,
            first: Math.floor((index * pages) / size),
            perSecond: perSecond / size,
            ...rest,
          }),
        ),
      )
      const sum = (field) => served.reduce((total, one) => total + one[field], 0)
      return { views: sum('views'), renders: sum('renders') }
    },
    /** @param {string} tag */
    invalidate: (tag) => instances[0].call('invalidate', { tag }),
    stop: () => Promise.all(instances.map((instance) => instance.stop())),
  }
}

const startInstance = (env) =>
  startCalledProcess('fleet-instance.mjs', {
    CACHE_DEPLOYMENT: 'bench',
    CACHE_LOG: 'error',
    CACHE_TIMEOUT_MS: TIMEOUT_MS,
    ...env,
  })
