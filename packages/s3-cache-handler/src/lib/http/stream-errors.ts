/** What stands in a body that was answered with 200 and failed in part afterwards: what failed must not be kept. */

/** A rejected Promise, as React Router's wire format has it: a line of its own, whose texts hold no line ends. */
const REJECTED_ROW = /^E\d+:/m
/** React gives a boundary up to the browser: https://github.com/facebook/react/tree/main/packages/react-dom-bindings/src/server */
const BOUNDARY_ERROR = /<script[^>]*>[^<]*\$RX\("|<template data-rxi/
/** A rejected `defer` of Remix 2 without single fetch. */
const REMIX_REJECTION = /__remixContext\.(?:r\("[^"]*", *"[^"]*", *|p\()!1,/
const REMIX_ERROR_ROW = /^error:/m
const ENQUEUE = 'streamController.enqueue('

/** Why the body must not be kept; undefined where nothing is wrong with it. */
export function errorInBody(body: Buffer, contentType: string): string | undefined {
  const hasFailed = TESTS.some(([type, test]) => type.test(contentType) && test(body))
  return hasFailed ? 'a part of its body failed after it had begun' : undefined
}

/** Whether bodies of this media type can fail after they have begun, and say so. */
export const canFailInParts = (contentType: string): boolean => TESTS.some(([type]) => type.test(contentType))

/** What is looked for is ASCII, and other bytes stay apart from it. */
const textOf = (body: Buffer): string => body.toString('latin1')

const TESTS: readonly (readonly [type: RegExp, test: (body: Buffer) => boolean])[] = [
  [/^text\/x-(script|turbo)\b/i, (body) => REJECTED_ROW.test(textOf(body))],
  [/^text\/remix-deferred\b/i, (body) => REMIX_ERROR_ROW.test(textOf(body))],
  [/^text\/html\b/i, (body) => isFailedDocument(textOf(body))],
]

const isFailedDocument = (html: string): boolean =>
  BOUNDARY_ERROR.test(html) || REMIX_REJECTION.test(html) || REJECTED_ROW.test(enqueuedIn(html))

/** The loader data that a document hands to the browser piece by piece, each a literal in a script. */
function enqueuedIn(html: string): string {
  const pieces: string[] = []
  for (let at = html.indexOf(ENQUEUE); at >= 0; at = html.indexOf(ENQUEUE, at + 1)) {
    pieces.push(literalAt(html, at + ENQUEUE.length))
  }
  return pieces.join('')
}

/** '' where there is none. */
function literalAt(text: string, start: number): string {
  if (text[start] !== '"') return ''
  let end = text.indexOf('"', start + 1)
  while (end >= 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1)
  try {
    return JSON.parse(text.slice(start, end + 1)) as string
  } catch {
    return ''
  }
}

function isEscaped(text: string, at: number): boolean {
  let first = at
  while (text[first - 1] === '\\') first--
  return (at - first) % 2 === 1
}
