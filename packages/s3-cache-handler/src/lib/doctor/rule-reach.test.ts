import { expect, it } from 'vitest'
import { createLayout } from '../keys/layout.ts'
import { reachOf, type RuleReach } from './rule-reach.ts'

const layout = createLayout('shop/')
const reach = (parts: { filter?: string; status?: string; actions?: string }): RuleReach => {
  const { filter = '<Filter/>', status = 'Enabled', actions = '<Expiration><Days>1</Days></Expiration>' } = parts
  const xml = `<Rule><ID>one</ID>${filter}<Status>${status}</Status>${actions}</Rule>`
  return reachOf({ id: 'one', xml }, layout)
}
const reached = (filter?: string): string =>
  Object.entries(reach(filter === undefined ? {} : { filter }))
    .flatMap(([name, is]) => (name.startsWith('reaches') && is === true ? name.slice('reaches'.length) : []))
    .join(' ')

it('says which of our objects a filter is about', () => {
  expect(reached()).toBe('Entries Log')
  expect(reached('<Prefix></Prefix>')).toBe('Entries Log')
  expect(reached('<Filter><Prefix>shop/</Prefix></Filter>')).toBe('Entries Log')
  expect(reached('<Filter><Prefix>shop/v1/entries/</Prefix></Filter>')).toBe('Entries')
  expect(reached('<Filter><Prefix>shop/v1/entries/~shared/</Prefix></Filter>')).toBe('Entries')
  expect(reached('<Filter><Prefix>shop/v1/tags/bell</Prefix></Filter>')).toBe('Log')
  expect(reached('<Filter><Prefix>shop/v1/tags/log/0001</Prefix></Filter>')).toBe('Log')
  expect(reached('<Filter><Prefix>shop/v2/</Prefix></Filter>')).toBe('')
  expect(reached('<Filter><Prefix>&#115;hop/v1/</Prefix></Filter>')).toBe('Entries Log')
  expect(reached('<Filter><ObjectSizeGreaterThan>1</ObjectSizeGreaterThan></Filter>')).toBe('Entries Log')
})

it('knows that nothing but entries has tags', () => {
  const tag = '<Tag><Key>a</Key><Value>b</Value></Tag>'
  expect(reached(`<Filter><And><Prefix>shop/</Prefix>${tag}</And></Filter>`)).toBe('Entries')
  expect(reached(`<Filter>${tag}</Filter>`)).toBe('Entries')
})

it('says what it does', () => {
  expect(reach({ status: 'Disabled' })).toMatchObject({ reachesEntries: false, reachesLog: false })
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
