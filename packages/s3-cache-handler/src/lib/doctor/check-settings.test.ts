import { describe, expect, it } from 'vitest'
import { type Ailments, createPatient, findingsOf } from '../../../test/patient.ts'
import { createLayout } from '../keys/layout.ts'
import { ownRules } from '../lifecycle/own-rules.ts'
import { ObjectStoreError } from '../object-store/object-store-error.ts'
import { checkSettings } from './check-settings.ts'

/** How it is judged, and told. */
async function about(
  check: string,
  settings: Ailments['settings'] = {},
  options: Ailments['options'] = {},
): Promise<string[]> {
  const findings = await findingsOf(checkSettings(createPatient({ settings, options })))
  return findings.flatMap((finding) => (finding.check === check ? [`${finding.severity}: ${finding.says}`] : []))
}
const rejecting = (storeCode: string) => (): Promise<never> =>
  Promise.reject(
    new ObjectStoreError('ERR_OBJECT_STORE_FAILED', 'failed', { operation: 'settings', key: '', storeCode }),
  )

describe('versioning', () => {
  const keepsVersions = async (): Promise<boolean> => true

  it('costs, unless a rule deletes old versions', async () => {
    expect(await about('versioning')).toEqual(['ok: off'])
    expect(await about('versioning', { keepsVersions })).toEqual([
      expect.stringMatching(/^warning: on, and every entry/),
    ])
    const rules = ownRules(createLayout('shop/'), { expiryTags: false, oldVersions: true })
    const xml = `<LifecycleConfiguration>${rules.map((rule) => rule.xml).join('')}</LifecycleConfiguration>`
    const lifecycle = async (): Promise<{ xml: string; transitionMinimum: undefined }> => ({
      xml,
      transitionMinimum: undefined,
    })
    expect(await about('versioning', { keepsVersions, lifecycle })).toEqual(['ok: on; a rule deletes old versions'])
    expect(await about('versioning', { keepsVersions, lifecycle: rejecting('NotImplemented') })).toEqual([
      expect.stringMatching(/^unknown: on; /),
    ])
  })
})

describe('a store that does not tell', () => {
  it('is not blamed for it', async () => {
    expect(await about('encryption', { encryption: rejecting('NotImplemented') })).toEqual([
      'unknown: this store does not tell',
    ])
    expect(await about('lifecycle', { lifecycle: rejecting('MethodNotAllowed') })).toEqual([
      'unknown: this store does not tell',
    ])
    expect(await about('public access', { publicAccessBlock: rejecting('InternalError') })).toEqual([
      expect.stringMatching(/^unknown: Object store settings/),
    ])
  })

  it('may encrypt nothing', async () => {
    const encryption = async (): Promise<{ algorithm: undefined; hasBucketKey: false }> => ({
      algorithm: undefined,
      hasBucketKey: false,
    })
    expect(await about('encryption', { encryption })).toEqual(['warning: objects are stored as they are'])
    // What each PUT asks for counts more.
    expect(await about('encryption', { encryption }, { encryption: 'AES256' })).toEqual(['ok: AES256'])
  })
})

describe('rules', () => {
  const of = (...rules: string[]): Ailments['settings'] => ({
    lifecycle: async () => ({
      xml: `<LifecycleConfiguration>${rules.join('')}</LifecycleConfiguration>`,
      transitionMinimum: undefined,
    }),
  })
  const expiring = (filter: string): string =>
    `<Rule><ID>a</ID><Filter>${filter}</Filter><Status>Enabled</Status><Expiration><Days>9</Days></Expiration></Rule>`

  it('are not enough where they pick some entries only', async () => {
    const nothing = ['warning: nothing deletes entries that nobody reads any more']
    const [root, tag] = ['<Prefix>shop/v1/entries/</Prefix>', '<Tag><Key>env</Key><Value>dev</Value></Tag>']
    const large = '<ObjectSizeGreaterThan>100000000</ObjectSizeGreaterThan>'
    expect(await about('lifecycle', of(expiring(root)))).toEqual(['ok: rules delete what is past its time'])
    expect(await about('lifecycle', of(expiring(`<And>${root}${tag}</And>`)))).toEqual(nothing)
    expect(await about('lifecycle', of(expiring(`<And>${root}${large}</And>`)))).toEqual(nothing)
  })

  it('by tags are none where entries carry no tags', async () => {
    const rules = ownRules(createLayout('shop/'), { expiryTags: true, oldVersions: false }).map(({ xml }) => xml)
    expect(await about('lifecycle', of(...rules), { expiryTags: true })).toEqual([
      'ok: rules delete what is past its time',
    ])
    expect(await about('lifecycle', of(...rules))).toEqual([expect.stringMatching(/^warning: 10 rules go by tags/)])
  })
})
