import styles from './sparkline.module.css'

const WIDTH = 240
const HEIGHT = 48
const EDGE = 4

/** A line for the eye only: the numbers stand beside it. */
export function Sparkline({ values }: { values: readonly number[] }) {
  const low = Math.min(...values)
  const range = Math.max(...values) - low || 1
  const points = values.map((value, index) => ({
    x: EDGE + ((WIDTH - 2 * EDGE) * index) / Math.max(1, values.length - 1),
    y: HEIGHT - EDGE - ((HEIGHT - 2 * EDGE) * (value - low)) / range,
  }))
  const end = points.at(-1)
  return (
    <svg className={styles.line} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} aria-hidden="true">
      <polyline points={points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')} />
      {end && <circle cx={end.x} cy={end.y} r={EDGE} />}
    </svg>
  )
}
