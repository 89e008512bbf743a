import { expect, it } from 'vitest'
import { createLayout } from '../keys/layout.ts'
import { reachOf, type RuleReach } from './rule-reach.ts'

const layout = createLayout('shop/')
const reach = (parts: { filter?: string; status?: string; actions?: string }): RuleReach => {
  const { filter = '<Filter/>', status = 'Enabled', actions = '<Expiration><Days>1</Days></Expiration>' } = parts
  const xml = `<Rule><ID>one</ID>${filter}<Status>${status}</Status>${actions}</Rule>`
  return reachOf({ id: 'one', xml }, layout)
}
const reached = (filter?: string): string => {
  const { entries, reachesLog } = reach(filter === undefined ? {} : { filter })
  return `${entries}${reachesLog ? ' log' : ''}`
}

it('says which of our objects a filter is about', () => {
  expect(reached()).toBe('all log')
  expect(reached('<Prefix></Prefix>')).toBe('all log')
  expect(reached('<Filter><Prefix>shop/</Prefix></Filter>')).toBe('all log')
  expect(reached('<Filter><Prefix>shop/v1/entries/</Prefix></Filter>')).toBe('all')
  expect(reached('<Filter><Prefix>shop/v1/entries/~shared/</Prefix></Filter>')).toBe('some')
  expect(reached('<Filter><Prefix>shop/v1/tags/bell</Prefix></Filter>')).toBe('none log')
  expect(reached('<Filter><Prefix>shop/v1/tags/log/0001</Prefix></Filter>')).toBe('none log')
  expect(reached('<Filter><Prefix>shop/v2/</Prefix></Filter>')).toBe('none')
  expect(reached('<Filter><Prefix>&#115;hop/v1/</Prefix></Filter>')).toBe('all log')
  expect(reached('<Filter><ObjectSizeGreaterThan>1</ObjectSizeGreaterThan></Filter>')).toBe('some log')
})

it('knows that entries have one tag, and nothing else any', () => {
  const tag = (key: string): string => `<Tag><Key>${key}</Key><Value>1</Value></Tag>`
  const ours = tag('s3-cache-expires-after-days')
  expect(reached(`<Filter><And><Prefix>shop/</Prefix>${ours}</And></Filter>`)).toBe('some')
  expect(reached(`<Filter>${ours}</Filter>`)).toBe('some')
  expect(reached(`<Filter>${tag('archive')}</Filter>`)).toBe('none')
  expect(reached(`<Filter><And>${ours}${tag('archive')}</And></Filter>`)).toBe('none')
})

it('says what it does', () => {
  expect(reach({ status: 'Disabled' })).toMatchObject({ entries: 'none', reachesLog: false })
  const does = (actions: string): Partial<RuleReach> => {
    const { deletes, deletesOldVersions, movesTo } = reach({ actions })
    return { deletes, deletesOldVersions, movesTo }
  }
  const nothing = { deletes: false, deletesOldVersions: false, movesTo: [] }
  expect(does('<Expiration><Date>2026-01-01T00:00:00Z</Date></Expiration>')).toEqual({ ...nothing, deletes: true })
  expect(does('<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>')).toEqual(nothing)
  expect(does('<NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays></NoncurrentVersionExpiration>')).toEqual(
    { ...nothing, deletesOldVersions: true },
  )
  const move = (to: string): string => `<Transition><Days>30</Days><StorageClass>${to}</StorageClass></Transition>`
  expect(does(move('STANDARD_IA') + move('GLACIER'))).toEqual({ ...nothing, movesTo: ['STANDARD_IA', 'GLACIER'] })
  const days =
    '<AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation></AbortIncompleteMultipartUpload>'
  expect(does(days)).toEqual(nothing)
})
