import type { Price } from './types.ts'

/** A line for each price that was ever called, oldest first: https://www.rfc-editor.org/rfc/rfc4180 */
export function toCsv(prices: readonly Price[]): string {
  const lines = prices.flatMap(({ name, unit, history }) => history.map((price) => [name, unit, String(price)]))
  return [['goods', 'unit', 'price'], ...lines].map((line) => `${line.map(quoted).join(',')}\r\n`).join('')
}

const quoted = (field: string): string => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)
