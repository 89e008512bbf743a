import { useEffect, useSyncExternalStore } from 'react'
import { type Answer, answerFor, answers, collectAnswers } from './answers.ts'
import { currentView, type View } from './view.ts'

export interface Serving {
  readonly view: View
  /** `undefined` where the browser or the server does not tell. */
  readonly answer: Answer | undefined
}

const NO_ANSWERS: readonly Answer[] = []

/** What is on the screen and how it was served; `undefined` until the page runs in a browser. */
export function useServing(): Serving | undefined {
  useEffect(collectAnswers, [])
  const all = useSyncExternalStore(answers.subscribe, answers.get, () => NO_ANSWERS)
  const view = useSyncExternalStore(currentView.subscribe, currentView.get, () => undefined)
  return view && { view, answer: answerFor(all, view) }
}
