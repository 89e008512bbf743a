'use client'

import { type ReactNode, useRef, useSyncExternalStore } from 'react'
import { formatClock } from '../lib/format.ts'
import { describeAge, describeState, describeTier } from '../lib/panel/describe.ts'
import { type Drawer, drawer } from '../lib/panel/drawer.ts'
import type { Actions } from '../lib/panel/orders.ts'
import { useNow } from '../lib/panel/use-now.ts'
import { useOriginHits } from '../lib/panel/use-origin-hits.ts'
import { type Serving, useServing } from '../lib/panel/use-serving.ts'
import { RenewDrawer } from './renew-drawer.tsx'
import styles from './serving-panel.module.css'

/**
 * Which instance served what the reader sees, how old it is, and how to have it made anew. None of it comes from the page,
 * which is cached.
 */
export function ServingPanel({ actions }: { actions: Actions | undefined }) {
  const serving = useServing()
  const hits = useOriginHits(serving?.view)
  const open = useSyncExternalStore<Drawer>(drawer.subscribe, drawer.get, () => 'none')
  const renew = useRef<HTMLButtonElement>(null)
  const toggle = (which: Drawer) => drawer.set(open === which ? 'none' : which)

  return (
    <aside
      className={styles.panel}
      aria-label="How this page was served"
      data-open={open}
      onKeyDown={({ key }) => {
        if (key !== 'Escape' || open !== 'renew') return
        drawer.set('none')
        renew.current?.focus()
      }}
    >
      <button
        className={styles.toggle}
        type="button"
        aria-expanded={open === 'facts'}
        aria-controls="serving-facts"
        onClick={() => toggle('facts')}
      >
        <Summary serving={serving} />
      </button>
      <dl className={styles.facts} id="serving-facts">
        <Facts serving={serving} hits={hits} />
      </dl>
      <button
        ref={renew}
        className={styles.renew}
        type="button"
        aria-expanded={open === 'renew'}
        aria-controls="renew"
        onClick={() => toggle('renew')}
      >
        Renew
      </button>
      <div className={styles.drawer}>
        <RenewDrawer id="renew" open={open === 'renew'} actions={actions} />
      </div>
      <button className={styles.reload} type="button" onClick={() => location.reload()}>
        Reload
      </button>
    </aside>
  )
}

function Summary({ serving }: { serving: Serving | undefined }) {
  const answer = serving?.answer
  if (answer === undefined) return 'How this page was served'
  return (
    <>
      Served by <b>{answer.instance}</b> <State cache={answer.cache} />
    </>
  )
}

function Facts({ serving, hits }: { serving: Serving | undefined; hits: number | undefined }) {
  const now = useNow()
  const answer = serving?.answer
  const renderedAt = serving?.view.renderedAt
  return (
    <>
      <Fact name="instance" label="Served by">
        {answer?.instance}
      </Fact>
      <Fact name="cache" label="State" wide={answer && describeState(answer.cache)}>
        {answer && <State cache={answer.cache} />}
      </Fact>
      {answer?.tier !== undefined && (
        <Fact name="tier" label="Found in">
          {describeTier(answer.tier)}
        </Fact>
      )}
      <Fact name="age" label="Age">
        {answer && describeAge(answer, now)}
      </Fact>
      <Fact name="rendered" label="Printed at">
        {renderedAt && <time dateTime={renderedAt}>{formatClock(renderedAt)}</time>}
      </Fact>
      <Fact name="hits" label="Origin asked">
        {hits !== undefined && `${hits} ${hits === 1 ? 'time' : 'times'}`}
      </Fact>
    </>
  )
}

interface FactProps {
  readonly name: string
  readonly label: string
  /** A sentence more, where there is room. */
  readonly wide?: string | undefined
  readonly children: ReactNode
}

function Fact({ name, label, wide, children }: FactProps) {
  return (
    <div className={styles.fact}>
      <dt>{label}</dt>
      <dd>
        <span data-fact={name}>{children || '—'}</span>
        {wide !== undefined && <span className={styles.meaning}>{wide}</span>}
      </dd>
    </div>
  )
}

function State({ cache }: { cache: string }) {
  return (
    <span className={styles.state} data-state={cache}>
      {cache}
    </span>
  )
}
