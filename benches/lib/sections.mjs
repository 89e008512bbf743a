/** What one Node has measured of one bench. */
export const headingOf = (/** @type {string} */ title, /** @type {string} */ nodeMajor) => `${title}, Node ${nodeMajor}`

/**
 * Markdown with this section in it, in the place of its last one; sections are in the order of their headings.
 * @param {string} text
 * @param {string} heading
 * @param {string} body
 */
export function withSection(text, heading, body) {
  const { head, sections } = split(text)
  const others = sections.filter((section) => headingIn(section) !== heading)
  return join(head, [...others, `## ${heading}\n\n${body}`])
}

/**
 * Markdown without the sections that this major version of Node has measured.
 * @param {string} text
 * @param {string} nodeMajor
 */
export function withoutNode(text, nodeMajor) {
  const { head, sections } = split(text)
  return join(
    head,
    sections.filter((section) => !headingIn(section).endsWith(headingOf('', nodeMajor))),
  )
}

function split(text) {
  const [head, ...sections] = text.split(/\n+(?=## )/)
  return { head, sections }
}

const headingIn = (section) => /^## (.*)$/m.exec(section)?.[1] ?? ''

const join = (head, sections) =>
  `${[head, ...sections.toSorted((one, other) => (one < other ? -1 : 1))].map((part) => part.trim()).join('\n\n')}\n`
