const boxes = new WeakSet<object>()

/**
 * What is stored of a Promise, or of what else can be awaited. Devalue waits for it, and takes what it gives for
 * something already written where that was met before: a box that is new never was.
 */
export function boxed(value: unknown): Promise<[unknown]> | undefined {
  if (!isThenable(value) || boxes.has(value)) return undefined
  const box = Promise.resolve(value).then((result): [unknown] => [result])
  boxes.add(box)
  return box
}

export const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'

const made = new WeakMap<object, Promise<unknown>>()

/** One Promise for the same box: in a circle that is met again before what it holds is read, and so opened later. */
export function toPromise(box: unknown): Promise<unknown> {
  if (!Array.isArray(box)) throw new Error('A promise has a box')
  const promise = made.get(box) ?? Promise.resolve().then(() => box[0] as unknown)
  made.set(box, promise)
  // Only a text that nobody wrote so makes a promise give itself, which must not end the process.
  promise.catch(() => {})
  return promise
}
