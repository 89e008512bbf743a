import { randomUUID } from 'node:crypto'

/** What tells one render from another: the origin's count, a nonce and the time. */
export function RenderFacts({ hits }) {
  return <output id="render">{`hits ${hits}, render ${randomUUID()}, at ${new Date().toISOString()}`}</output>
}
