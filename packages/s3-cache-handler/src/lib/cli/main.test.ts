import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { main } from './main.ts'

/** What the command says and ends with. */
async function run(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<[code: number, out: string, err: string]> {
  let [out, err] = ['', '']
  const code = await main(args, {
    env,
    write: (output) => void (out += String(output)),
    complain: (line) => void (err += `${line}\n`),
    confirm: undefined,
    progress: undefined,
  })
  return [code, out, err]
}

describe('s3-cache', () => {
  it('lists its commands, and says its version', async () => {
    const help = await run([])
    expect(help).toEqual([0, expect.stringContaining('Usage: s3-cache COMMAND'), ''])
    expect(help[1]).toMatch(/^ {2}policy {2,}print the IAM policy/m)
    expect([await run(['--help']), await run(['-h']), await run(['help'])]).toEqual([help, help, help])
    expect(await run(['--version'])).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/), ''])
  })

  it('is told of in the README in the same words', async () => {
    const readme = readFileSync(new URL('../../../../../README.md', import.meta.url), 'utf8')
    const told = [...readme.matchAll(/^\| `(\w+)` +\| (.+?) +\|$/gm)].map(([, name, says]) => `${name}: ${says}`)
    const listed = [...(await run([]))[1].matchAll(/^ {2}(\w+) +(.+)$/gm)].map(([, name, says]) => `${name}: ${says}`)
    expect(listed).toHaveLength(13)
    expect(told.filter((row) => listed.includes(row))).toEqual(listed)
  })

  it('explains each command, with the variables that stand for its settings', async () => {
    const [code, out] = await run(['policy', '--bucket', 'b', '--help'])
    expect(code).toBe(0)
    expect(out).toContain('Usage: s3-cache policy [flags]')
    expect(out).toMatch(/^ {2}--bucket NAME {2,}the bucket \(CACHE_S3_BUCKET\)$/m)
  })

  it('does nothing where it was called wrongly, and ends with 2', async () => {
    const complaint = async (...args: string[]): Promise<[number, string, string]> => run(args)
    expect(await complaint('polcy')).toEqual([
      2,
      '',
      's3-cache: unknown command "polcy"; "s3-cache --help" lists them\n',
    ])
    expect(await complaint('constructor')).toEqual([2, '', expect.stringContaining('unknown command')])
    expect(await complaint('policy')).toEqual([2, '', expect.stringContaining('Give --bucket or set CACHE_S3_BUCKET')])
    expect(await complaint('policy', '--bukcet', 'b')).toEqual([2, '', "s3-cache: Unknown option '--bukcet'\n"])
    expect(await complaint('policy', 'b')).toEqual([2, '', expect.stringContaining("'b'")])
    expect(await complaint('policy', '--bucket')).toEqual([2, '', expect.stringContaining('--bucket')])
    const endpoint = await complaint('policy', '--bucket', 'b', '--endpoint', 'nowhere')
    expect(endpoint).toEqual([2, '', 's3-cache: "endpoint" must be an http or https URL, got "nowhere"\n'])
  })
})

describe('s3-cache policy', () => {
  const env = { CACHE_S3_BUCKET: 'from-env', CACHE_KEY_PREFIX: 'shop/', CACHE_REGION: 'cn-north-1' }

  it('prints the policy of what is set: by flags, else by the environment', async () => {
    const [code, out] = await run(['policy', '--bucket', 'from-flag'], env)
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      Statement: [{ Resource: ['arn:aws-cn:s3:::from-flag/shop/v1/*'] }, { Sid: 'CacheListings' }],
    })
  })

  it('prints that of an operator, and a Terraform document', async () => {
    const [code, out] = await run(['policy', '--for', 'operator', '--terraform'], env)
    expect(code).toBe(0)
    expect(out).toMatch(/^data "aws_iam_policy_document" "s3_cache" \{[^]*"BucketSettings"[^]*\}\n$/)
    const wrong = '"--for" must be one of app, operator, got "me"'
    expect(await run(['policy', '--for', 'me'], env)).toEqual([2, '', `s3-cache: ${wrong}\n`])
  })
})
