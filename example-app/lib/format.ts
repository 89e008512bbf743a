const LOCALE = 'en-GB'

const day = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'long', timeZone: 'UTC' })
const weekday = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'full', timeZone: 'UTC' })
const clock = new Intl.DateTimeFormat(LOCALE, { timeStyle: 'medium', timeZone: 'UTC' })

/** 21 November 2026 */
export const formatDay = (iso: string): string => day.format(new Date(iso))

/** Saturday 21 November 2026 */
export const formatWeekday = (iso: string): string => weekday.format(new Date(iso))

/** 14:03:07 UTC: the same on every instance and in every browser. */
export const formatClock = (iso: string): string => `${clock.format(new Date(iso))} UTC`
