import { randomUUID } from 'node:crypto'

/** What tells one render from another: the origin's count, a nonce and the time; and the count of its data, if it has any. */
export function RenderFacts({ hits, data }) {
  const facts = [`hits ${hits}`, `render ${randomUUID()}`, `at ${new Date().toISOString()}`]
  return <output id="render">{(data === undefined ? facts : [...facts, `data ${data}`]).join(', ')}</output>
}
