import type { Layout } from '../keys/layout.ts'
import { type RuleText, unescapeXml } from '../lifecycle/lifecycle-document.ts'

/** What a lifecycle rule may do to our objects. */
export interface RuleReach {
  readonly id: string | undefined
  /** Whether it deletes current objects. */
  readonly deletes: boolean
  /** Whether it deletes versions that were replaced. */
  readonly deletesOldVersions: boolean
  /** Classes that it moves objects to, such as `GLACIER`. */
  readonly movesTo: readonly string[]
  readonly reachesEntries: boolean
  /** Whether it reaches the log of invalidations. */
  readonly reachesLog: boolean
}

/**
 * What a rule's text says of objects with our keys; a rule that is off reaches none. Conditions on sizes count as met:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html
 */
export function reachOf({ id, xml }: RuleText, layout: Layout): RuleReach {
  const isOn = textOf(xml, 'Status') === 'Enabled'
  const prefix = textOf(xml, 'Prefix') ?? ''
  const reaches = (root: string): boolean => isOn && (root.startsWith(prefix) || prefix.startsWith(root))
  const expiration = /<Expiration>[^]*?<\/Expiration>/.exec(xml)?.[0] ?? ''
  return {
    id,
    deletes: /<(?:Days|Date)>/.test(expiration),
    deletesOldVersions: xml.includes('<NoncurrentVersionExpiration>'),
    movesTo: (xml.match(/<Transition>[^]*?<\/Transition>/g) ?? []).flatMap(
      (move) => textOf(move, 'StorageClass') ?? [],
    ),
    reachesEntries: reaches(layout.entries('all')),
    // Only entries carry tags.
    reachesLog: !xml.includes('<Tag>') && (reaches(layout.log) || reaches(layout.bell)),
  }
}

function textOf(xml: string, element: string): string | undefined {
  const text = new RegExp(`<${element}>([^]*?)</${element}>`).exec(xml)?.[1]
  return text === undefined ? undefined : unescapeXml(text.trim())
}
