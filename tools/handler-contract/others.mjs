/** Other handlers, with what they want beside them. */
export const OTHERS = {
  '@trieb.work/nextjs-turbo-redis-cache': '1.18.0',
  '@fortedigital/nextjs-cache-handler': '3.3.0',
}

/** All contestants of a run are on the same Node; one of them wants 22. */
export const NODE = '24.21.0'

/** One wants a newer `redis` than the other. */
export const CLIENTS = { redis: '4.7.0', 'redis-6': 'npm:redis@6.3.1', '@redis/client': '6.3.1' }

export const NEXT = { next: '16.4.6', react: '19.3.1', 'react-dom': '19.3.1' }
