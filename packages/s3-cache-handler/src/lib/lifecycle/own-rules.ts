import { createHash } from 'node:crypto'
import type { Layout } from '../keys/layout.ts'
import { EXPIRY_CLASSES, EXPIRY_TAG } from './expiry-class.ts'
import { escapeXml, type RuleText } from './lifecycle-document.ts'

/** What S3 is to delete by itself. */
export interface WantedRules {
  /** What is past its time, by the tag of the object. */
  readonly expiryTags: boolean
  /** Entries that were written so many days ago, whatever their time. */
  readonly maxAgeDays?: number | undefined
  /** Where the bucket keeps versions: what was replaced or deleted, after a day. */
  readonly oldVersions: boolean
}

/** A rule of ours, and what it does, for people. */
export interface OwnRule extends RuleText {
  readonly id: string
  readonly says: string
}

/** S3 takes IDs of 255 characters. */
const MAX_PREFIX_LENGTH = 150

/** What the IDs of this prefix's rules begin with: others of the same bucket have rules of their own. */
export function ownIds({ prefix }: Layout): string {
  const encoded = encodeURIComponent(prefix)
  const name = encoded.length > MAX_PREFIX_LENGTH ? createHash('sha256').update(prefix).digest('hex') : encoded
  return `s3-cache-handler ${name} `
}

export function ownRules(layout: Layout, { expiryTags, maxAgeDays, oldVersions }: WantedRules): OwnRule[] {
  const entries = layout.entries('all')
  return [
    ...(expiryTags ? EXPIRY_CLASSES.map((days) => tagRule(layout, entries, days)) : []),
    ...(maxAgeDays === undefined ? [] : [ageRule(layout, entries, maxAgeDays)]),
    ...(oldVersions ? [versionsRule(layout, layout.root)] : []),
  ]
}

const tagRule = (layout: Layout, prefix: string, days: number): OwnRule =>
  rule(layout, `expires-after-${days}-days`, {
    says: `deletes entries whose tag says that they are past their time ${daysText(days)} after they were written`,
    filter: `<And>${element('Prefix', prefix)}<Tag>${element('Key', EXPIRY_TAG)}${element('Value', String(days))}</Tag></And>`,
    actions: `<Expiration>${element('Days', String(days))}</Expiration>`,
  })

const ageRule = (layout: Layout, prefix: string, days: number): OwnRule =>
  rule(layout, 'max-age', {
    says: `deletes all entries ${daysText(days)} after they were written, whatever their time`,
    filter: element('Prefix', prefix),
    actions: `<Expiration>${element('Days', String(days))}</Expiration>`,
  })

/** Old versions of the tag log may go, too: only what is current counts. */
const versionsRule = (layout: Layout, prefix: string): OwnRule =>
  rule(layout, 'old-versions', {
    says: 'deletes versions that were replaced or deleted a day ago, and the marks that deletions leave',
    filter: element('Prefix', prefix),
    actions:
      '<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>' +
      '<NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays></NoncurrentVersionExpiration>',
  })

interface RuleParts {
  readonly says: string
  readonly filter: string
  readonly actions: string
}

function rule(layout: Layout, name: string, { says, filter, actions }: RuleParts): OwnRule {
  const id = ownIds(layout) + name
  const xml = `<Rule>${element('ID', id)}<Filter>${filter}</Filter><Status>Enabled</Status>${actions}</Rule>`
  return { id, xml, says }
}

const element = (name: string, text: string): string => `<${name}>${escapeXml(text)}</${name}>`

const daysText = (days: number): string => (days === 1 ? 'a day' : `${days} days`)
