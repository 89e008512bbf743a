const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const

/** A size as people read it: `1.2 KB` is 1,200 bytes. */
export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`
}

/** `1,234 entries, 5.6 MB`. */
export const countedEntries = ({ entries, bytes }: { readonly entries: number; readonly bytes: number }): string =>
  `${counted(entries, 'entry', 'entries')}, ${formatBytes(bytes)}`

export const counted = (count: number, one: string, many: string): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`

const SECONDS = { d: 86_400, h: 3600, m: 60, s: 1 } as const

/** A length of time by its two largest units: `3d 4h`, `12m`, `0s`; `never` where it has no end. */
export function formatDuration(ms: number): string {
  if (ms === Infinity) return 'never'
  let left = Math.round(Math.abs(ms) / 1000)
  const parts: string[] = []
  for (const [unit, seconds] of Object.entries(SECONDS)) {
    const count = Math.floor(left / seconds)
    left -= count * seconds
    if (count > 0 || (unit === 's' && parts.length === 0)) parts.push(`${count}${unit}`)
    else if (parts.length > 0) break
  }
  return parts.slice(0, 2).join(' ')
}

/** The same for a moment, told from now: `in 5m`, `5m ago`. */
export function formatMoment(at: number, now: number): string {
  if (at === Infinity) return 'never'
  // Nobody checks what a stored entry says of its times.
  if (!Number.isFinite(at)) return 'at an unknown time'
  return at > now ? `in ${formatDuration(at - now)}` : `${formatDuration(now - at)} ago`
}

/** In ISO 8601; as null what is undefined, never, or no time that has a date. */
export function isoTime(at: number | undefined): string | null {
  const date = Number.isFinite(at) ? new Date(at as number) : undefined
  return date === undefined || Number.isNaN(date.getTime()) ? null : date.toISOString()
}

const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** Without control characters: what is stored must not steer a terminal. */
export const printable = (text: string): string =>
  text.replaceAll(UNPRINTABLE, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)

/** The same as JSON, which reads back as it was. */
export const jsonOf = (value: unknown): string =>
  JSON.stringify(value).replaceAll(UNPRINTABLE, (character) =>
    Array.from(
      { length: character.length },
      (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
    ).join(''),
  )
