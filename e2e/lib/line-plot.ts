export interface Line {
  readonly name: string
  /** In the order of x. */
  readonly points: readonly (readonly [x: number, y: number])[]
}

export interface PlotLabels {
  readonly title: string
  readonly x: string
  readonly y: string
}

const WIDTH = 720
const HEIGHT = 320
const MARGIN = 56
const COLORS = ['#1f6feb', '#d1242f', '#1a7f37', '#8250df'] as const

/** An SVG picture of lines that share their axes, both from 0. */
export function linePlot(lines: readonly Line[], { title, x, y }: PlotLabels): string {
  const all = lines.flatMap(({ points }) => points)
  const maxX = Math.max(...all.map(([value]) => value))
  const maxY = Math.max(...all.map(([, value]) => value))
  const place = ([px, py]: readonly [number, number]): string =>
    `${round(MARGIN + (px / maxX) * (WIDTH - 2 * MARGIN))},${round(HEIGHT - MARGIN - (py / maxY) * (HEIGHT - 2 * MARGIN))}`
  const curves = lines.map(
    ({ points }, index) =>
      `<polyline fill="none" stroke="${COLORS[index % COLORS.length]}" points="${points.map(place).join(' ')}"/>`,
  )
  const names = lines.map(
    ({ name }, index) =>
      `<text x="${WIDTH - MARGIN}" y="${MARGIN + 16 * index}" text-anchor="end" fill="${COLORS[index % COLORS.length]}">${name}</text>`,
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="white"/>
<text x="${WIDTH / 2}" y="24" text-anchor="middle">${title}</text>
<path d="M${MARGIN} ${MARGIN}V${HEIGHT - MARGIN}H${WIDTH - MARGIN}" fill="none" stroke="black"/>
<text x="${MARGIN - 4}" y="${MARGIN}" text-anchor="end">${round(maxY)}</text>
<text x="${WIDTH - MARGIN}" y="${HEIGHT - MARGIN + 16}" text-anchor="end">${round(maxX)}</text>
<text x="${WIDTH / 2}" y="${HEIGHT - MARGIN + 32}" text-anchor="middle">${x}</text>
<text x="${MARGIN}" y="${MARGIN - 12}">${y}</text>
${[...curves, ...names].join('\n')}
</svg>
`
}

const round = (value: number): number => Math.round(value * 10) / 10

/** By how much y grows for each 1 of x: the slope of the line that fits best. */
export function slopeOf(points: Line['points']): number {
  const meanX = mean(points.map(([x]) => x))
  const meanY = mean(points.map(([, y]) => y))
  const covariance = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0)
  return covariance / points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
