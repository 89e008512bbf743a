import type { Layout } from '../keys/layout.ts'
import { EXPIRY_TAG } from '../lifecycle/expiry-class.ts'
import { type RuleText, unescapeXml } from '../lifecycle/lifecycle-document.ts'

/** What a lifecycle rule does to our objects. */
export interface RuleReach {
  readonly id: string | undefined
  /** Whether it deletes current objects. */
  readonly deletes: boolean
  /** Whether it deletes versions that were replaced. */
  readonly deletesOldVersions: boolean
  /** Classes that it moves objects to, such as `GLACIER`. */
  readonly movesTo: readonly string[]
  /** Of which entries it may be: all, some that its filter picks, or none. */
  readonly entries: 'all' | 'some' | 'none'
  /** Whether it may be about the log of invalidations. */
  readonly reachesLog: boolean
}

/**
 * What a rule's text says of objects with our keys; a rule that is off is about none. Entries carry one tag at most, and all
 * else none. Nobody knows how large objects will be:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html
 */
export function reachOf({ id, xml }: RuleText, layout: Layout): RuleReach {
  const isOn = textOf(xml, 'Status') === 'Enabled'
  const prefix = textOf(xml, 'Prefix') ?? ''
  const tags = (xml.match(/<Tag>[^]*?<\/Tag>/g) ?? []).map((tag) => textOf(tag, 'Key'))
  const reaches = (root: string): boolean => isOn && (root.startsWith(prefix) || prefix.startsWith(root))
  const entries = layout.entries('all')
  const mayReach = reaches(entries) && tags.every((key) => key === EXPIRY_TAG)
  const isWhole = entries.startsWith(prefix) && tags.length === 0 && !xml.includes('<ObjectSize')
  const expiration = /<Expiration>[^]*?<\/Expiration>/.exec(xml)?.[0] ?? ''
  return {
    id,
    deletes: /<(?:Days|Date)>/.test(expiration),
    deletesOldVersions: xml.includes('<NoncurrentVersionExpiration>'),
    movesTo: (xml.match(/<Transition>[^]*?<\/Transition>/g) ?? []).flatMap(
      (move) => textOf(move, 'StorageClass') ?? [],
    ),
    entries: !mayReach ? 'none' : isWhole ? 'all' : 'some',
    reachesLog: tags.length === 0 && (reaches(layout.log) || reaches(layout.bell)),
  }
}

function textOf(xml: string, element: string): string | undefined {
  const text = new RegExp(`<${element}>([^]*?)</${element}>`).exec(xml)?.[1]
  return text === undefined ? undefined : unescapeXml(text.trim())
}
