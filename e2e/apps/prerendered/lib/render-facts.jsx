import { randomUUID } from 'node:crypto'

/** What tells one render from another: the build, the origin's count, a nonce and the time. */
export function RenderFacts({ hits }) {
  const facts = [`build ${process.env.FIXTURE_BUILD}`, `hits ${hits}`, `render ${randomUUID()}`]
  return <output id="render">{[...facts, `at ${new Date().toISOString()}`].join(', ')}</output>
}
