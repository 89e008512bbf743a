import { describe, expect, it } from 'vitest'
import { createLayout } from '../keys/layout.ts'
import { formatLifecycle, parseLifecycle } from './lifecycle-document.ts'
import { planLifecycle } from './lifecycle-plan.ts'
import { ownRules } from './own-rules.ts'

const HEAD =
  '<?xml version="1.0" encoding="UTF-8"?>\n<LifecycleConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
const TAIL = '</LifecycleConfiguration>'
/** With what no library knows. */
const FOREIGN = [
  '<Rule><ID>logs &amp; &#x263A;</ID><Filter><Prefix>logs/</Prefix></Filter><Status>Enabled</Status><Expiration><Days>3</Days></Expiration></Rule>',
  '<Rule>\n  <Filter><Prefix>old/</Prefix></Filter><Status>Disabled</Status><FromTheFuture a="1"><Rules/></FromTheFuture></Rule>',
]
const layout = createLayout('shop/')
const wanted = ownRules(layout, { expiryTags: true, maxAgeDays: 30, oldVersions: true })

describe('a lifecycle configuration', () => {
  it('is put together as it was', () => {
    const xml = `${HEAD}${FOREIGN.join('')}${TAIL}`
    const document = parseLifecycle(xml)
    expect(document.rules.map(({ id }) => id)).toEqual(['logs & ☺', undefined])
    expect(formatLifecycle(document)).toBe(xml)
  })

  it('is none without a rule', () => {
    expect(formatLifecycle(parseLifecycle(undefined))).toBeUndefined()
    expect(formatLifecycle(parseLifecycle(`${HEAD}\n${TAIL}\n`))).toBeUndefined()
  })

  it('is not touched where it cannot be taken apart', () => {
    for (const xml of ['', '<Error/>', `${HEAD}<x:Rule></x:Rule>${TAIL}`, `${HEAD}<!-- ${FOREIGN[0]} -->${TAIL}`]) {
      expect(() => parseLifecycle(xml), xml).toThrow('nothing was changed')
    }
  })
})

describe('a plan', () => {
  const present = parseLifecycle(`${HEAD}${FOREIGN.join('')}${TAIL}`)

  it('adds ours after those of others, which stay what they are', () => {
    const plan = planLifecycle(layout, present, wanted)
    expect([plan.added.length, plan.changed, plan.removed, plan.foreign.length]).toEqual([12, [], [], 2])
    expect(formatLifecycle(plan.next)).toBe(`${HEAD}${FOREIGN.join('')}${wanted.map(({ xml }) => xml).join('')}${TAIL}`)
  })

  it('changes nothing where all is in place, however the store has laid it out', () => {
    const laidOut = wanted.map(({ xml }) => xml.replaceAll('><', '>\n  <')).join('\n')
    const plan = planLifecycle(layout, parseLifecycle(`${HEAD}${laidOut}${TAIL}`), wanted)
    expect([plan.added, plan.changed, plan.removed, plan.unchanged.length]).toEqual([[], [], [], 12])
  })

  it('knows ours again however the store has escaped them', () => {
    const odd = createLayout(`a&b'<c>"/`)
    const rules = ownRules(odd, { expiryTags: true, oldVersions: true })
    const echoed = rules.map(({ xml }) =>
      xml.replaceAll('&#38;', '&amp;').replaceAll('&#39;', "'").replaceAll('&#60;', '&lt;'),
    )
    const plan = planLifecycle(odd, parseLifecycle(`${HEAD}${echoed.join('')}${TAIL}`), rules)
    expect([plan.added, plan.changed, plan.removed]).toEqual([[], [], []])
  })

  it('changes what differs, and removes what is not wanted any more', () => {
    const placed = planLifecycle(layout, present, wanted).next
    const fewer = ownRules(layout, { expiryTags: false, maxAgeDays: 31, oldVersions: false })
    const plan = planLifecycle(layout, placed, fewer)
    expect([plan.added, plan.changed.map(({ id }) => id), plan.removed.length]).toEqual([
      [],
      ['s3-cache-handler shop%2F max-age'],
      11,
    ])
    const none = planLifecycle(layout, placed, [])
    expect([none.removed.length, formatLifecycle(none.next)]).toEqual([12, `${HEAD}${FOREIGN.join('')}${TAIL}`])
  })

  it('takes the rules of other prefixes for those of others', () => {
    for (const prefix of ['', 'shop/x', 'shop', 'a'.repeat(128), '語'.repeat(42)]) {
      const others = ownRules(createLayout(prefix), { expiryTags: true, maxAgeDays: 1, oldVersions: true })
      const document = { ...present, rules: others }
      expect(planLifecycle(layout, document, wanted).foreign, prefix).toHaveLength(12)
      expect(others.every(({ id }) => id.length <= 255)).toBe(true)
    }
  })
})
