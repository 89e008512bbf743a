import type { Price } from '../lib/wire/types.ts'
import styles from './price-table.module.css'
import { Sparkline } from './sparkline.tsx'

export function PriceTable({ prices }: { prices: readonly Price[] }) {
  return (
    <table className={styles.table}>
      <caption className={styles.caption}>Prices at the quay, in island pounds</caption>
      <thead>
        <tr>
          <th scope="col">Goods</th>
          <th scope="col" className={styles.course}>
            Course
          </th>
          <th scope="col" className={styles.figure}>
            Price
          </th>
          <th scope="col" className={styles.figure}>
            Change
          </th>
        </tr>
      </thead>
      <tbody>
        {prices.map((price) => (
          <PriceRow key={price.name} price={price} />
        ))}
      </tbody>
    </table>
  )
}

function PriceRow({ price: { name, unit, history } }: { price: Price }) {
  const current = history.at(-1) ?? 0
  const change = current / (history.at(-2) ?? current) - 1
  return (
    <tr>
      <th scope="row">
        {name}
        <span className={styles.unit}>{unit}</span>
      </th>
      <td className={styles.course}>
        <Sparkline values={history} />
      </td>
      <td className={styles.figure}>
        <span className={styles.price}>{current.toFixed(2)}</span>
      </td>
      <td className={styles.figure}>
        <span className={change < 0 ? styles.down : styles.up}>
          {change < 0 ? '−' : '+'}
          {Math.abs(change * 100).toFixed(1)} %
        </span>
      </td>
    </tr>
  )
}
