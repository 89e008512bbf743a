import type { Config } from '@react-router/dev/config'

/** `FIXTURE_FLAGS` names what React Router 7 has beside its defaults; 8 knows none of them. */
const flags = (process.env['FIXTURE_FLAGS'] ?? '').split(' ').filter((name) => name !== '')

export default {
  future: Object.fromEntries(flags.map((name) => [name, true])),
} satisfies Config
