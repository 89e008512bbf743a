import { isTokenFor, type Session, tokenFor } from './form-token.ts'

/**
 * Where to go on after an action, with what it has come to. A link could say anything; so only what we have said to this
 * browser is shown as ours.
 */
export function linkWithFlash(session: Session, next: string, says: string): string {
  const done = new URLSearchParams({ done: says, proof: tokenFor(session, proofOf(says)) })
  return `${next}&${done.toString()}`
}

/** What an action has come to; undefined where nothing is said, or by somebody else. */
export function flashOf(session: Session, params: URLSearchParams): string | undefined {
  const [says, proof] = [params.get('done'), params.get('proof')]
  return says !== null && proof !== null && isTokenFor(session, proofOf(says), proof) ? says : undefined
}

const proofOf = (says: string): string => `done ${says}`
