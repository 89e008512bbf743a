/** Text that is HTML. Only {@link html} makes it, so that whatever else gets into a page is text. */
class SafeMarkup {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  toString(): string {
    return this.#text
  }
}

export type Markup = SafeMarkup

/** What may stand in a template: nothing, text, markup, or several of them. */
export type Part = string | number | Markup | false | undefined | readonly Part[]

/** A template whose values are escaped, for text between tags and for attributes in quotes. */
export function html(strings: TemplateStringsArray, ...values: readonly Part[]): Markup {
  return new SafeMarkup(strings.reduce((text, string, index) => text + textOf(values[index - 1]) + string))
}

/** Styles as they stand there: without a value, which could not be escaped. */
export const css = ({ raw }: TemplateStringsArray): Markup => new SafeMarkup(raw.join(''))

function textOf(part: Part): string {
  if (part === undefined || part === false) return ''
  if (part instanceof SafeMarkup) return part.toString()
  if (Array.isArray(part)) return (part as readonly Part[]).map(textOf).join('')
  return String(part).replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
