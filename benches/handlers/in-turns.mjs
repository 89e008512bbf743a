// Answers each request with the handler that it names, so that one process serves them all: what is compiled, what is on
// the heap and where differs from process to process by more than the handlers do.
import { createRequire } from 'node:module'
import Ours from 's3-cache-handler'
import ConstantHandler from './constant.mjs'
import MapHandler from './map.mjs'

const require = createRequire(import.meta.url)
const { default: BuiltIn } = require('next/dist/server/lib/incremental-cache/file-system-cache.js')

/** What Next gives its own handler, where no other is set. */
const BUILT_IN_MEMORY = 50 * 1024 * 1024

const make = {
  ours: (context) => new Ours(context),
  map: (context) => new MapHandler(context),
  constant: (context) => new ConstantHandler(context),
  'built-in': (context) => new BuiltIn({ ...context, maxMemoryCacheSize: BUILT_IN_MEMORY }),
}

export default function InTurns(context) {
  return make[context._requestHeaders['x-bench-handler'] ?? 'ours'](context)
}
