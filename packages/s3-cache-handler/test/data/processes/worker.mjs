// A process with a data cache of the built package: `fork('worker.mjs')`, then commands over IPC, answered by their id.
import { createS3Cache, fsStore } from '../../../dist/cache.js'
import { createS3ObjectStore } from '../../../dist/lib/object-store/s3-store.js'

const silent = { error() {}, warn() {}, info() {}, debug() {} }
/** Events by name, counted. */
const events = {}
let cache
const onEvent = ({ name }) => (events[name] = (events[name] ?? 0) + 1)

/** A store that takes conditional writes and does not keep to them, as some S3-compatible ones. */
function withoutConditions(options) {
  const store = createS3ObjectStore({ ...options, presignedReads: true })
  return {
    ...store,
    put: (key, body, options) => store.put(key, body, { ...options, ifMatch: undefined, ifNoneMatch: undefined }),
  }
}

const commands = {
  open({ ignoresConditions = false, directory, bucket, endpoint, region, ...options }) {
    const place = { bucket, endpoint, region, forcePathStyle: true }
    const isOwnStore = ignoresConditions || directory !== undefined
    const store = isOwnStore ? { store: directory ? fsStore(directory) : withoutConditions(place) } : place
    cache = createS3Cache({ ...store, ...options, logger: silent, onEvent })
  },
  /** So many calls at once, with what each came to. */
  call: ({ method, args = [], times = 1 }) =>
    Promise.all(
      Array.from({ length: times }, () =>
        cache[method](...args).then(
          (value) => ({ value }),
          (error) => ({ error: error.code ?? error.message }),
        ),
      ),
    ),
  /** The value is the origin's, which counts. */
  remember: ({ key, origin, options, times }) =>
    Promise.all(
      Array.from({ length: times }, () => cache.remember(key, async () => await (await fetch(origin)).text(), options)),
    ),
  events: () => events,
}

async function answer({ id, command, options }) {
  try {
    process.send({ id, result: await commands[command](options ?? {}) })
  } catch (error) {
    process.send({ id, error: String(error) })
  }
}

process.on('message', (message) => void answer(message))
process.on('disconnect', () => process.exit())
process.send({ id: 0, result: 'ready' })
