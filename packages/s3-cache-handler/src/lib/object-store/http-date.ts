/** A `Date` or `Last-Modified` header in ms since the Unix epoch; undefined where there is none. */
export function toTime(header: string | readonly string[] | undefined): number | undefined {
  const time = Date.parse(String(header))
  return Number.isNaN(time) ? undefined : time
}
