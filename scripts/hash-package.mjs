// Prints the hash of what the package publishes, as `reports/full.json` names it: `hash-package.mjs [--report FILE]`.
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { contentHash, withPacked } from './lib/pack.mjs'

const { report } = parseArgs({ options: { report: { type: 'string' } } }).values
const packageHash = await withPacked(({ tarball, paths }) => contentHash(tarball, paths))
console.log(packageHash)
if (report) writeFileSync(report, JSON.stringify({ packageHash }))
