import { describe, expect, it } from 'vitest'
import { errorInBody } from './stream-errors.ts'

const DATA = 'text/x-script'
const HTML = 'text/html; charset=utf-8'
const FAILED = 'a part of its body failed after it had begun'

const problem = (body: string, type: string): string | undefined => errorInBody(Buffer.from(body), type)
/** A script as React Router and Remix write it: `<` is escaped in its literals. */
const enqueue = (...pieces: string[]): string =>
  pieces
    .map((piece) => JSON.stringify(piece).replaceAll('<', '\\u003c'))
    .map((literal) => `<script>window.__reactRouterContext.streamController.enqueue(${literal});</script>`)
    .join('<div hidden></div>')

describe('data', () => {
  it('has failed where a Promise in it was rejected', () => {
    expect(problem('[{"_1":2},"later",["P",3]]\nE3:[["SanitizedError","Error","no",-7]]\n', DATA)).toBe(FAILED)
    expect(problem('[1]\nP3:["x"]\nE4:[1]\n', 'text/x-turbo')).toBe(FAILED)
    expect(problem('data:{"a":1}\n\nerror:{"b":{"message":"no"}}\n\n', 'text/remix-deferred; charset=utf-8')).toBe(
      FAILED,
    )
  })

  it('has not where a text in it looks as if', () => {
    expect(problem('[{"_1":2},"later","E3:"]\nP3:["\\nE3:[1]"]\n', DATA)).toBeUndefined()
    expect(problem('E3:[1]\n', 'application/json')).toBeUndefined()
    expect(problem('data:{"a":"error:"}\n\n', 'text/remix-deferred')).toBeUndefined()
  })
})

describe('a document', () => {
  it('has failed where a Promise that it hands over was rejected, also where a row comes in pieces', () => {
    expect(problem(enqueue('[{"_1":2}]\n', 'E3:[1]\n'), HTML)).toBe(FAILED)
    expect(problem(enqueue('[{"_1":2}]\nE', '3:["<b>"]\n'), HTML)).toBe(FAILED)
    expect(problem(enqueue('[1]\nP2:["x"]\nE3:[1]\n'), HTML)).toBe(FAILED)
  })

  it('has failed where React or Remix says so in a script', () => {
    expect(problem('<script>$RX=function(b){};$RX("B:0","digest")</script>', HTML)).toBe(FAILED)
    expect(problem('<script nonce="n">$RX("B:0")</script>', HTML)).toBe(FAILED)
    expect(problem('<template data-rxi="" data-bid="B:0"></template>', HTML)).toBe(FAILED)
    expect(
      problem('<script async="">__remixContext.r("routes/a", "later", !1, {"message":"no"});</script>', HTML),
    ).toBe(FAILED)
    expect(problem('<script>x={"later":__remixContext.p(!1, {"message":"no"})}</script>', HTML)).toBe(FAILED)
  })

  it('has not where a text in it looks as if', () => {
    expect(problem(enqueue('["a\\nE3:[1]", "\\"E3:\\""]\n', 'P3:["E4:"]\n'), HTML)).toBeUndefined()
    expect(problem('<p>streamController.enqueue(&quot;E3:[1]&quot;)</p>', HTML)).toBeUndefined()
    expect(problem('<p>&lt;script&gt;$RX("B:0")</p>', HTML)).toBeUndefined()
    expect(problem('<script>__remixContext.r("a", "b", {"text":"!1, "});</script>', HTML)).toBeUndefined()
    expect(problem('<script>streamController.enqueue("broken', HTML)).toBeUndefined()
  })
})
