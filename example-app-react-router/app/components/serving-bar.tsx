import { useEffect, useState } from 'react'
import styles from '../../../example-app/components/serving-panel.module.css'

interface Serving {
  readonly instance: string
  /** HIT, STALE or MISS of the whole response; dynamic where none is kept. */
  readonly page: string
  /** The same of the data; undefined where no loader has asked for any. */
  readonly data: string | undefined
}

/** Which instance served what the reader sees, and what of it was kept. None of it comes from the page, which is cached. */
export function ServingBar() {
  const serving = useServing()
  return (
    <aside className={styles['panel']} aria-label="How this page was served" data-open="facts">
      <dl className={styles['facts']}>
        <Fact name="instance" label="Served by" value={serving?.instance} />
        <Fact name="page" label="Page" value={serving?.page} isState />
        <Fact name="data" label="Data" value={serving?.data} isState />
      </dl>
      <button className={styles['reload']} type="button" onClick={() => location.reload()}>
        Reload
      </button>
    </aside>
  )
}

interface FactProps {
  readonly name: string
  readonly label: string
  readonly value: string | undefined
  readonly isState?: boolean
}

function Fact({ name, label, value = '—', isState = false }: FactProps) {
  return (
    <div className={styles['fact']}>
      <dt>{label}</dt>
      <dd>
        <span data-fact={name} data-state={value} className={isState ? styles['state'] : undefined}>
          {value}
        </span>
      </dd>
    </div>
  )
}

/** What the last answer says of itself: that to a navigation of the browser, or of the router, which fetches data. */
function useServing(): Serving | undefined {
  const [serving, setServing] = useState<Serving>()
  useEffect(() => {
    const look = (entries: PerformanceEntryList): void => {
      const answer = entries.findLast(isAnswer)
      if (answer !== undefined) setServing(servingOf(answer))
    }
    look(performance.getEntriesByType('navigation'))
    const observer = new PerformanceObserver((list) => look(list.getEntries()))
    observer.observe({ type: 'resource' })
    return () => observer.disconnect()
  }, [])
  return serving
}

const isAnswer = (entry: PerformanceEntry): entry is PerformanceResourceTiming =>
  entry instanceof PerformanceResourceTiming &&
  (entry.entryType === 'navigation' || new URL(entry.name).pathname.endsWith('.data'))

function servingOf({ serverTiming }: PerformanceResourceTiming): Serving {
  const said = (name: string): string | undefined => serverTiming.find((metric) => metric.name === name)?.description
  // The first look is for the whole response; what a loader asks for comes after it.
  const [, data] = serverTiming.filter(({ name }) => name === 's3-cache')
  return {
    instance: said('instance') ?? '?',
    page: said('page') ?? 'dynamic',
    data: data && stateOf(data.description),
  }
}

/** Of such as "hit memory fresh" and "miss absent". */
function stateOf(description: string): string {
  if (!/^hit\b/.test(description)) return 'MISS'
  return /\bstale\b/.test(description) ? 'STALE' : 'HIT'
}
