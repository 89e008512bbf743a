import { useEffect, useState } from 'react'
import type { View } from './view.ts'

/** A STALE answer is refreshed behind the reader's back: its question to the origin comes a moment later. */
const ASK_AGAIN_MS = 2_000

/** How many questions the origin has answered in all; `undefined` while that is not known. */
export function useOriginHits(view: View | undefined): number | undefined {
  const [hits, setHits] = useState<number>()
  useEffect(() => {
    if (view === undefined) return
    const abort = new AbortController()
    const look = () => {
      fetchHits(abort.signal).then(setHits, () => {
        if (!abort.signal.aborted) setHits(undefined)
      })
    }
    look()
    const timer = setTimeout(look, ASK_AGAIN_MS)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [view])
  return hits
}

async function fetchHits(signal: AbortSignal): Promise<number | undefined> {
  const response = await fetch('/api/origin-hits', { signal })
  const body: unknown = await response.json()
  return typeof body === 'object' && body !== null && 'total' in body && typeof body.total === 'number'
    ? body.total
    : undefined
}
