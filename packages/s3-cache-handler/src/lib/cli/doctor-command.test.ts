import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { bucketOwner } from '../../../test/bucket-owner.ts'
import { openCommandBench } from '../../../test/run-command.ts'
import { openBucketSettings } from '../object-store/bucket-settings.ts'
import { policyFor, type PolicyStatement } from '../policy/policy.ts'
import type { Finding } from '../doctor/finding.ts'

const { server, bucket, run, runWith } = await openCommandBench()
const KEYS = { accessKeyId: 'local', secretAccessKey: 'local-secret' } as const
const owner = bucketOwner({ endpoint: server.url, bucket, credentials: KEYS })
const settings = openBucketSettings({ bucket, endpoint: server.url, region: 'us-east-1', forcePathStyle: true })
const TAGGED = { CACHE_EXPIRY_TAGS: '1' }
const BLOCKED = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
}
const setRules = (rules: string): Promise<void> =>
  settings.setLifecycle({
    xml: `<LifecycleConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${rules}</LifecycleConfiguration>`,
    transitionMinimum: undefined,
  })

/** A bucket as it should be. */
beforeEach(async () => {
  vi.stubEnv('AWS_REGION', 'us-east-1')
  await owner.blockPublicAccess(BLOCKED)
  await settings.deleteLifecycle()
  await runWith({ env: TAGGED }, 'shop/', 'lifecycle', 'apply', '--yes')
})
afterEach(() => {
  server.clock.setOffset(0)
  server.faults.clear()
  server.credentials.accept([KEYS])
})

/** What the doctor finds, and ends with. */
async function examine(env: Record<string, string> = {}): Promise<{ code: number; findings: Finding[] }> {
  const [code, out, err] = await runWith({ env: { ...TAGGED, ...env } }, 'shop/', 'doctor', '--json')
  expect(err).toBe('')
  const findings = out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Finding)
  return { code, findings }
}
const found = async (check: string, env?: Record<string, string>): Promise<Finding[]> =>
  (await examine(env)).findings.filter((finding) => finding.check === check)
/** All that is not well. */
const complaints = ({ findings }: { findings: Finding[] }): string[] =>
  findings.filter(({ severity }) => severity !== 'ok').map(({ check, severity }) => `${severity} ${check}`)

describe('s3-cache doctor', () => {
  it('finds a bucket well that is, and leaves nothing in it', async () => {
    const { code, findings } = await examine()
    expect(complaints({ findings })).toEqual([])
    expect([code, findings.map(({ check }) => check)]).toEqual([
      0,
      [
        'credentials',
        'bucket',
        'region',
        'permission to list',
        'permission to write',
        'permission to read',
        'permission to delete',
        'read after write',
        'list after write',
        'deletes of many',
        'conditional writes',
        'conditional deletes',
        'tags of objects',
        'latency of writes',
        'latency of reads',
        'clock',
        'public access',
        'encryption',
        'versioning',
        'lifecycle',
      ],
    ])
    expect(server.bucket(bucket)?.objects.size).toBe(0)
  })

  it('says so to people, with colours for those who see them', async () => {
    const [code, out] = await runWith({ env: TAGGED }, 'shop/', 'doctor')
    expect(code).toBe(0)
    expect(out).toMatch(/^ok {7}credentials {10}access key local$/m)
    expect(out).toMatch(/\nAll is well: 20 ok\.\n$/)
    await owner.blockPublicAccess(undefined)
    const [, coloured] = await runWith({ env: TAGGED, hasColours: true }, 'shop/', 'doctor')
    expect(coloured).toContain('\u001B[32mok')
    expect(coloured).toContain('\u001B[33mwarning')
    expect(coloured).toMatch(/→ aws s3api put-public-access-block --bucket bucket /)
    expect(coloured).toMatch(/\nBetter to mend: 1\. 19 ok\.\n$/)
  })
})

describe('a bucket that cannot be used', () => {
  const accept = (secretAccessKey: string): void =>
    server.credentials.accept([{ accessKeyId: 'local', secretAccessKey }])

  it.each<[string, () => Record<string, string>, string]>([
    ['does not exist', () => ({ CACHE_S3_BUCKET: 'nowhere' }), 'aws s3api create-bucket --bucket nowhere'],
    ['is nowhere to be reached', () => ({ CACHE_S3_ENDPOINT_URL: 'http://127.0.0.1:1' }), 'CACHE_S3_ENDPOINT_URL'],
    ['has another secret', () => (accept('other'), {}), 'AWS_SECRET_ACCESS_KEY'],
    ['has another access key', () => (server.credentials.accept([]), {}), 'AWS_ACCESS_KEY_ID'],
  ])('because it %s', async (_why, prepare, advice) => {
    const { code, findings } = await examine(prepare())
    expect(code).toBe(1)
    expect(findings.map(({ check, severity }) => `${severity} ${check}`)).toEqual(['ok credentials', 'error bucket'])
    expect(findings[1]?.advice).toContain(advice)
  })

  it('because nobody has said who asks', async () => {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, undefined)
    // Else the SDK looks for a role where the machine would have one.
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
    const { code, findings } = await examine()
    expect([code, complaints({ findings })]).toEqual([1, ['error credentials']])
    expect(findings[0]?.advice).toContain('AWS_ACCESS_KEY_ID')
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'local')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local-secret')
  })
})

describe('permissions', () => {
  const grant = (Statement: readonly PolicyStatement[]): void =>
    server.credentials.accept([
      {
        ...KEYS,
        policy: JSON.stringify({ Version: '2012-10-17', Statement }),
      },
    ])
  const policy = (reader: 'app' | 'operator'): readonly PolicyStatement[] =>
    policyFor({ bucket, prefix: 'shop/', expiryTags: true }, reader).Statement

  it('of an operator are enough', async () => {
    grant(policy('operator'))
    expect(complaints(await examine())).toEqual([])
  })

  it('of the app are enough for the app, and what they do not tell is left open', async () => {
    grant(policy('app'))
    const { code, findings } = await examine()
    expect([code, complaints({ findings })]).toEqual([
      0,
      ['unknown public access', 'unknown encryption', 'unknown versioning', 'unknown lifecycle'],
    ])
    expect(findings.at(-1)?.advice).toContain('policy --for operator')
  })

  it.each([
    ['s3:ListBucket', ['error permission to list']],
    ['s3:PutObject', ['error permission to write', 'unknown permission to read']],
    ['s3:GetObject', ['error permission to read']],
    ['s3:DeleteObject', ['error permission to delete']],
    ['s3:PutObjectTagging', ['warning tags of objects']],
    ['s3:GetBucketPublicAccessBlock', ['unknown public access']],
    ['s3:GetEncryptionConfiguration', ['unknown encryption']],
    ['s3:GetBucketVersioning', ['unknown versioning']],
    ['s3:GetLifecycleConfiguration', ['unknown lifecycle']],
  ])('that are missing are named: %s', async (action, expected) => {
    grant(
      policy('operator')
        .map((one) => ({ ...one, Action: one.Action.filter((each) => each !== action) }))
        .filter(({ Action }) => Action.length > 0),
    )
    const { code, findings } = await examine()
    expect(complaints({ findings })).toEqual(expected)
    expect(code).toBe(expected[0]?.startsWith('error') === true ? 1 : 0)
    const [complaint] = findings.filter(({ severity }) => severity !== 'ok')
    expect(`${complaint?.says}: ${complaint?.advice}`).toContain(action)
  })
})

it('tells no time that the store has not told', async () => {
  server.clock.setOffset(5 * 60_000)
  const fault = server.faults.add({ fault: { kind: 'status', status: 403 } })
  expect(await found('clock')).toMatchObject([{ severity: 'unknown' }])
  server.faults.remove(fault.id)
})

describe('the clock', () => {
  it('is compared with the store’s', async () => {
    server.clock.setOffset(5 * 60_000)
    expect(await found('clock')).toMatchObject([
      { severity: 'warning', says: expect.stringMatching(/^(299|300)\.\d s behind/) },
    ])
  })
})

describe('what the owner has set', () => {
  it('is wrong where anybody may read', async () => {
    await owner.blockPublicAccess(undefined)
    expect(await found('public access')).toMatchObject([{ severity: 'warning' }])
    const Statement = [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::bucket/*' }]
    await owner.setPolicy(Statement)
    expect(await found('public access')).toMatchObject([
      { severity: 'error', says: expect.stringContaining('anybody') },
    ])
    await owner.blockPublicAccess({ ...BLOCKED, BlockPublicAcls: false })
    expect(await found('public access')).toMatchObject([
      { severity: 'warning', says: expect.stringContaining('BlockPublicAcls') },
    ])
    await owner.setPolicy(undefined)
  })

  it('is dear where each object has a key of KMS', async () => {
    expect(await found('encryption')).toMatchObject([{ severity: 'ok', says: 'AES256' }])
    await owner.encryptByKms({ hasBucketKey: false })
    expect(await found('encryption')).toMatchObject([
      { severity: 'warning', advice: expect.stringContaining('Bucket Keys') },
    ])
    await owner.encryptByKms({ hasBucketKey: true })
    expect(await found('encryption')).toMatchObject([{ severity: 'ok', says: 'aws:kms' }])
  })

  it('is judged by what its rules do to the cache', async () => {
    const rule = (ID: string, filter: string, actions: string): string =>
      `<Rule><ID>${ID}</ID><Filter><Prefix>${filter}</Prefix></Filter><Status>Enabled</Status>${actions}</Rule>`
    const move = (to: string): string => `<Transition><Days>30</Days><StorageClass>${to}</StorageClass></Transition>`
    const expire = '<Expiration><Days>90</Days></Expiration>'
    const untagged = { CACHE_EXPIRY_TAGS: '0' }
    const judged = async (...rules: string[]): Promise<string[]> => {
      await setRules(rules.join(''))
      return (await found('lifecycle', untagged)).map(({ severity, says }) => `${severity}: ${says}`)
    }
    expect(await judged(rule('a', 'shop/v1/entries/', expire))).toEqual(['ok: rules delete what is past its time'])
    expect(await judged(rule('a', 'elsewhere/', expire))).toEqual([
      'warning: nothing deletes entries that nobody reads any more',
    ])
    expect(await judged(rule('a', 'shop/', expire))).toEqual([
      'error: the rule "a" deletes the log of invalidations: what it covers is served again',
    ])
    expect(await judged(rule('a', 'shop/v1/entries/', expire), rule('b', '', move('GLACIER')))).toEqual([
      'error: the rule "b" moves entries to GLACIER, where they cannot be read',
    ])
    expect(await judged(rule('a', 'shop/v1/entries/', expire + move('STANDARD_IA')))).toEqual([
      expect.stringMatching(/^warning: the rule "a" moves entries to STANDARD_IA, /),
    ])
    await settings.deleteLifecycle()
    expect(await found('lifecycle')).toMatchObject([
      { severity: 'warning', says: '10 rules for the tags of entries are missing, or changed' },
    ])
  })
})

it('is told what it was called wrongly with', async () => {
  expect(await run('shop/', 'doctor', '--fix')).toEqual([2, '', expect.stringContaining("'--fix'")])
})
