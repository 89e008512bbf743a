import { html, type Markup } from './html.ts'

/** A part of each column, from the bottom up. */
export interface Series {
  readonly name: string
  /** A class of the styles that gives its colour. */
  readonly fill: string
}

/** One column: a value of each series. */
export interface Column {
  /** When it was, for people. */
  readonly when: string
  readonly values: readonly number[]
}

export interface ChartOptions {
  /** What it shows, in a sentence. */
  readonly label: string
  readonly series: readonly Series[]
  readonly columns: readonly Column[]
  readonly format: (value: number) => string
  /** Whether the series of a column stand in front of each other, the largest behind; else on top of each other. */
  readonly isLayered?: boolean
  /** What stands below the left and the right end. */
  readonly ends: readonly [string, string]
}

const COLUMN_WIDTH = 10
const BAR_WIDTH = 8
const HEIGHT = 100

/** Columns as SVG, which stretches to its place, with the numbers in a table for who does not see it. */
export function chart({ label, series, columns, format, isLayered = false, ends }: ChartOptions): Markup {
  const heightOf = ({ values }: Column): number =>
    isLayered ? Math.max(0, ...values) : values.reduce((sum, value) => sum + value, 0)
  const highest = Math.max(...columns.map(heightOf))
  const toHeight = (value: number): number => (highest === 0 ? 0 : (value / highest) * HEIGHT)
  const bars = columns.map((column, index) => {
    const title = `${column.when}: ${series.map(({ name }, at) => `${name} ${format(column.values[at] ?? 0)}`).join(', ')}`
    return html`<g>
      <title>${title}</title>
      <rect class="fill-none" x="${index * COLUMN_WIDTH}" y="0" width="${COLUMN_WIDTH}" height="${HEIGHT}" />
      ${rects(column, index, { series, isLayered, toHeight })}
    </g>`
  })
  return html`<figure class="chart">
    <p><span>${format(highest)}</span></p>
    <svg
      viewBox="0 0 ${columns.length * COLUMN_WIDTH} ${HEIGHT}"
      preserveAspectRatio="none"
      role="img"
      aria-label="${label}"
    >
      ${bars}
    </svg>
    <p><span>${ends[0]}</span><span>${ends[1]}</span></p>
    <ul class="legend">
      ${series.map(
        ({ name, fill }) =>
          html`<li>
            <svg viewBox="0 0 1 1" aria-hidden="true"><rect class="${fill}" width="1" height="1" /></svg> ${name}
          </li>`,
      )}
    </ul>
    ${numbers({ label, series, columns, format })}
  </figure>`
}

interface RectOptions extends Pick<ChartOptions, 'series'> {
  readonly isLayered: boolean
  readonly toHeight: (value: number) => number
}

function rects({ values }: Column, index: number, { series, isLayered, toHeight }: RectOptions): Markup[] {
  const order = series.map(({ fill }, at) => ({ fill, value: values[at] ?? 0 }))
  if (isLayered) order.sort((one, other) => other.value - one.value)
  let top = HEIGHT
  return order.flatMap(({ fill, value }) => {
    const height = toHeight(value)
    if (height === 0) return []
    if (isLayered) top = HEIGHT
    top -= height
    const x = index * COLUMN_WIDTH + (COLUMN_WIDTH - BAR_WIDTH) / 2
    return [html`<rect class="${fill}" x="${x}" y="${round(top)}" width="${BAR_WIDTH}" height="${round(height)}" />`]
  })
}

const round = (value: number): number => Math.round(value * 100) / 100

function numbers({ label, series, columns, format }: Omit<ChartOptions, 'ends'>): Markup {
  const told = columns.filter(({ values }) => values.some((value) => value > 0))
  if (told.length === 0) return html`<p>Nothing to tell of yet.</p>`
  const rows = told.map(
    ({ when, values }) =>
      html`<tr>
        <th scope="row">${when}</th>
        ${series.map((_, at) => html`<td class="number">${format(values[at] ?? 0)}</td>`)}
      </tr>`,
  )
  return html`<details>
    <summary>Numbers</summary>
    <table>
      <caption>
        ${label}
      </caption>
      <thead>
        <tr>
          <th scope="col">From (UTC)</th>
          ${series.map(({ name }) => html`<th scope="col" class="number">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </details>`
}
