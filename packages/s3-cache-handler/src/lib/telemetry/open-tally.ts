import { listen } from '../listen.ts'
import { processWide } from '../registry.ts'
import { measure } from './measure.ts'
import { METRICS } from './metric-table.ts'
import { Tally } from './tally.ts'

/** What is counted in this process, from the first call on. */
export const openTally = (): Tally =>
  processWide('metrics', () => {
    const tally = new Tally()
    for (const metric of METRICS) for (const labels of metric.begins) tally.record(metric, 0, labels)
    const record: Tally['record'] = (metric, value, labels) => tally.record(metric, value, labels)
    listen((event) => measure(event, record))
    return tally
  })
