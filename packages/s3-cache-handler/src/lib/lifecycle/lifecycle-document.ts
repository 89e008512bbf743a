/** One rule of a bucket's lifecycle configuration, as the very text that the store has given. */
export interface RuleText {
  /** Its ID; undefined where it has none. */
  readonly id: string | undefined
  readonly xml: string
}

/** A rule as people are told of it. */
export const ruleName = ({ id }: Pick<RuleText, 'id'>): string =>
  id === undefined ? 'a rule without an ID' : `the rule "${id}"`

const EMPTY = '<LifecycleConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"></LifecycleConfiguration>'
/** No element within a rule is called so, too: https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html */
const RULE = /<Rule>[^]*?<\/Rule>/g
const DOCUMENT = /^(?<head>[^]*?<LifecycleConfiguration\b[^>]*>)(?<rules>[^]*)(?<tail><\/LifecycleConfiguration>\s*)$/

/**
 * A bucket's lifecycle configuration, which can only be written as a whole. It is taken apart and put together as text, so
 * that rules of others stay byte for byte what they are, also where they hold what no library knows yet.
 */
export interface LifecycleDocument {
  readonly head: string
  readonly rules: readonly RuleText[]
  readonly tail: string
}

/** @param xml Undefined where the bucket has none. Throws for what cannot be taken apart without a loss. */
export function parseLifecycle(xml: string | undefined): LifecycleDocument {
  const { head, rules, tail } = DOCUMENT.exec(xml ?? EMPTY)?.groups ?? {}
  if (head === undefined || rules === undefined || tail === undefined) throw unreadable()
  const texts = rules.match(RULE) ?? []
  if (rules.replaceAll(RULE, '').trim() !== '') throw unreadable()
  return { head, tail, rules: texts.map((text) => ({ id: idOf(text), xml: text })) }
}

/** Undefined where no rule is left: a configuration without any is none. */
export function formatLifecycle({ head, rules, tail }: LifecycleDocument): string | undefined {
  return rules.length === 0 ? undefined : `${head}${rules.map(({ xml }) => xml).join('')}${tail}`
}

const unreadable = (): Error =>
  new Error("the bucket's lifecycle configuration is in a form that cannot be read: nothing was changed")

function idOf(xml: string): string | undefined {
  const text = /<ID>([^]*?)<\/ID>/.exec(xml)?.[1]
  return text === undefined ? undefined : unescapeXml(text)
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

export const unescapeXml = (text: string): string =>
  text.replaceAll(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name: string = '') => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16))
    return decimal === undefined ? (ENTITIES[name] ?? whole) : String.fromCodePoint(Number(decimal))
  })

export const escapeXml = (text: string): string =>
  text.replaceAll(/[&<>"'\r\n\t]/g, (character) => `&#${character.codePointAt(0)};`)
