import { type ObjectSum, sumObjects } from '../inspect/sum-objects.ts'
import { formatBytes, formatDuration, isoTime, jsonOf, printable } from '../format.ts'
import { DOLLARS_PER_GB_MONTH } from '../prices.ts'
import { type Command, SUCCEEDED } from './command.ts'
import { openPlace } from './place.ts'
import { SETTING_FLAGS } from './settings.ts'

export const statsCommand: Command = {
  summary: 'sum up what is stored: objects, bytes, ages, cost',
  description: `Lists all objects of the prefix, a thousand a request, and sums them up by kind and deployment. The cost is that of
storing them for a month at the list price of S3 Standard in us-east-1; requests are not in it.`,
  flags: { ...SETTING_FLAGS, json: { help: 'an object of JSON a line' } },
  async run(flags, io) {
    const place = openPlace(flags, io)
    const sums = await sumObjects(place, (objects) => io.progress?.(`listed ${objects}`))
    if (flags['json'] === true) {
      io.write(sums.map((sum) => `${toJson(sum)}\n`).join(''))
      return SUCCEEDED
    }
    const now = place.cache.now()
    const [objects, bytes] = [sumOf(sums, 'objects'), sumOf(sums, 'bytes')]
    const dollars = ((bytes / 1e9) * DOLLARS_PER_GB_MONTH).toFixed(2)
    io.write(HEAD + sums.map((sum) => toRow(sum, now)).join(''))
    io.write(`${objects.toLocaleString('en')} objects, ${formatBytes(bytes)}, $${dollars} a month\n`)
    return SUCCEEDED
  },
}

const HEAD = `${'WHAT'.padEnd(9)} ${'OBJECTS'.padStart(8)} ${'SIZE'.padStart(7)} ${'OLDEST'.padEnd(12)} ${'NEWEST'.padEnd(12)} DEPLOYMENT\n`

function toRow({ of, deployment, objects, bytes, oldestAt, newestAt }: ObjectSum, now: number): string {
  const age = (at: number): string => `${formatDuration(Math.max(0, now - at))} ago`.padEnd(12)
  const name = deployment === undefined ? '' : printable(deployment)
  return `${of.padEnd(9)} ${String(objects).padStart(8)} ${formatBytes(bytes).padStart(7)} ${age(oldestAt)} ${age(newestAt)} ${name}\n`
}

const toJson = ({ of, deployment, objects, bytes, oldestAt, newestAt }: ObjectSum): string =>
  jsonOf({
    of,
    deployment: deployment ?? null,
    objects,
    bytes,
    oldestAt: isoTime(oldestAt),
    newestAt: isoTime(newestAt),
  })

const sumOf = (sums: readonly ObjectSum[], name: 'objects' | 'bytes'): number =>
  sums.reduce((total, sum) => total + sum[name], 0)
