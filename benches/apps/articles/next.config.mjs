import { fileURLToPath } from 'node:url'

/** Which handler a build has is asked at its start, so that all handlers but Next's own share one. */
const { BENCH_BUILD } = process.env

/** @type {import('next').NextConfig} */
export default {
  distDir: `.next-${BENCH_BUILD}`,
  ...(BENCH_BUILD === 'custom' && {
    cacheHandler: fileURLToPath(new URL('handler.mjs', import.meta.url)),
    cacheMaxMemorySize: 0,
  }),
}
