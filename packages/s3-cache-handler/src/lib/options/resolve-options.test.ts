import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { InvalidOptionError } from '../errors.ts'
import { OPTION_TABLE } from './option-table.ts'
import type { ScalarOptions } from './options.ts'
import { missingBucket, resolveOptions } from './resolve-options.ts'

/** The error that options are refused with. */
function refusal(sources: Partial<Parameters<typeof resolveOptions>[0]>): InvalidOptionError {
  try {
    resolveOptions({ env: {}, ...sources })
  } catch (error) {
    if (error instanceof InvalidOptionError) return error
    throw error
  }
  throw new Error('The options were not refused')
}

describe('where an option comes from', () => {
  it('is the call, else the environment, else the config, else the default', () => {
    const call = { timeoutMs: 1 }
    const env = { CACHE_TIMEOUT_MS: '2' }
    const config = { timeoutMs: 3 }
    expect(resolveOptions({ call, env, config }).timeoutMs).toBe(1)
    expect(resolveOptions({ env, config }).timeoutMs).toBe(2)
    expect(resolveOptions({ env: {}, config }).timeoutMs).toBe(3)
    expect(resolveOptions({ env: {} }).timeoutMs).toBe(2000)
  })

  it('passes over undefined, and over nothing else', () => {
    const config = { prefix: 'config/', sharedData: true, memoryMaxBytes: 9 }
    const call = { prefix: '', sharedData: false, memoryMaxBytes: 0, bucket: undefined }
    expect(resolveOptions({ call, env: { CACHE_S3_BUCKET: 'b' }, config })).toMatchObject({
      prefix: '',
      sharedData: false,
      memoryMaxBytes: 0,
      bucket: 'b',
    })
  })

  it('passes over an empty variable, as Docker Compose and Kubernetes pass "none" along', () => {
    const env = { CACHE_TIMEOUT_MS: '', CACHE_S3_BUCKET: '', CACHE_S3_DISABLED: '', CACHE_LOG: '' }
    const config = { bucket: 'b', log: 'warn' } as const
    expect(resolveOptions({ env, config })).toMatchObject({
      timeoutMs: 2000,
      bucket: 'b',
      disabled: false,
      log: 'warn',
    })
  })

  it('takes the first of several variables that is set', () => {
    const aws = { AWS_ENDPOINT_URL_S3: 'http://aws.test', AWS_REGION: 'aws-1', AWS_DEFAULT_REGION: 'aws-2' }
    const own = { CACHE_S3_ENDPOINT_URL: 'http://own.test', CACHE_REGION: 'own-1' }
    expect(resolveOptions({ env: { ...aws, ...own } })).toMatchObject({ endpoint: 'http://own.test', region: 'own-1' })
    expect(resolveOptions({ env: { ...aws, CACHE_REGION: '' } })).toMatchObject({
      endpoint: 'http://aws.test',
      region: 'aws-1',
    })
    expect(resolveOptions({ env: { AWS_DEFAULT_REGION: 'aws-2' } }).region).toBe('aws-2')
  })

  it("lets AWS's own variables, which platforms set for every program, count only where nothing else says it", () => {
    const env = { AWS_REGION: 'of-the-machine', AWS_ENDPOINT_URL_S3: 'http://aws.test' }
    const config = { region: 'of-the-bucket', endpoint: 'http://config.test' }
    expect(resolveOptions({ env, config })).toMatchObject(config)
    expect(resolveOptions({ env: { ...env, CACHE_REGION: 'own' }, config }).region).toBe('own')
  })
})

it('reads every option from its variables', () => {
  const variables: Record<string, readonly [option: keyof ScalarOptions, text: string, value: unknown]> = {
    CACHE_S3_BUCKET: ['bucket', 'b', 'b'],
    CACHE_KEY_PREFIX: ['prefix', 'cache_', 'cache_'],
    CACHE_S3_ENDPOINT_URL: ['endpoint', 'http://127.0.0.1:9000', 'http://127.0.0.1:9000'],
    AWS_ENDPOINT_URL_S3: ['endpoint', 'https://s3.test', 'https://s3.test'],
    CACHE_REGION: ['region', 'eu-1', 'eu-1'],
    AWS_REGION: ['region', 'eu-2', 'eu-2'],
    AWS_DEFAULT_REGION: ['region', 'eu-3', 'eu-3'],
    CACHE_S3_FORCE_PATH_STYLE: ['forcePathStyle', '1', true],
    CACHE_ENCRYPTION: ['encryption', 'AES256', 'AES256'],
    CACHE_KMS_KEY_ID: ['kmsKeyId', 'key-1', 'key-1'],
    CACHE_STORAGE_CLASS: ['storageClass', 'STANDARD_IA', 'STANDARD_IA'],
    CACHE_EXPECTED_BUCKET_OWNER: ['expectedBucketOwner', '012345678901', '012345678901'],
    CACHE_PRESIGNED_READS: ['presignedReads', '0', false],
    CACHE_TIMEOUT_MS: ['timeoutMs', '1', 1],
    CACHE_TAG_REFRESH_MS: ['tagRefreshMs', '0', 0],
    CACHE_DRAIN_MS: ['drainMs', '0', 0],
    CACHE_MEMORY_MAX_BYTES: ['memoryMaxBytes', '0', 0],
    CACHE_PENDING_MAX_BYTES: ['pendingMaxBytes', '9', 9],
    CACHE_COMPRESS_MIN_BYTES: ['compressMinBytes', '0', 0],
    CACHE_EXPIRY_TAGS: ['expiryTags', '1', true],
    CACHE_DEPLOYMENT: ['deployment', 'dpl-1', 'dpl-1'],
    CACHE_SHARED_DATA: ['sharedData', 'false', false],
    CACHE_STORE_DURING_BUILD: ['storeDuringBuild', 'true', true],
    CACHE_S3_DISABLED: ['disabled', '1', true],
    CACHE_LOG: ['log', 'debug', 'debug'],
    CACHE_LOG_FORMAT: ['logFormat', 'json', 'json'],
  }
  for (const [variable, [option, text, value]] of Object.entries(variables)) {
    const config = option === 'kmsKeyId' ? ({ encryption: 'aws:kms' } as const) : {}
    expect({ variable, value: resolveOptions({ env: { [variable]: text }, config })[option] }).toEqual({
      variable,
      value,
    })
  }
  const known = Object.values(OPTION_TABLE).flatMap(({ env, ambientEnv = [] }) => [env, ...ambientEnv])
  expect(Object.keys(variables).toSorted()).toEqual(known.toSorted())
})

describe('what is refused', () => {
  it('includes a function given to withS3Cache, which must be JSON', () => {
    const config = { onEvent: () => {} } as ScalarOptions
    expect(() => resolveOptions({ env: {}, config })).toThrow('withS3Cache knows no option "onEvent"')
    expect(() => resolveOptions({ env: {}, call: config })).not.toThrow()
  })

  it('names the option, the variable, what it must be and the value', () => {
    expect(refusal({ env: { CACHE_TIMEOUT_MS: '2s' } })).toMatchObject({
      code: 'ERR_INVALID_OPTION',
      option: 'timeoutMs',
      message: '"timeoutMs" (CACHE_TIMEOUT_MS) must be a whole number from 1 to 2147483647, got "2s"',
    })
    expect(refusal({ call: { timeoutMs: 0 } }).message).toBe(
      '"timeoutMs" must be a whole number from 1 to 2147483647, got 0',
    )
    expect(refusal({ env: { AWS_ENDPOINT_URL_S3: 'ftp://x' } }).message).toBe(
      '"endpoint" (AWS_ENDPOINT_URL_S3) must be an http or https URL, got "ftp://x"',
    )
  })

  it('is any value of a wrong type, shown as it was given', () => {
    const wrong = (call: object): string => refusal({ call }).message
    expect(wrong({ bucket: 5 })).toMatch(/^"bucket" must be .*, got 5$/)
    expect(wrong({ bucket: null })).toMatch(/, got null$/)
    expect(wrong({ disabled: 'true' })).toMatch(/^"disabled" must be .*, got "true"$/)
    expect(wrong({ timeoutMs: Number.NaN })).toMatch(/, got NaN$/)
    expect(wrong({ drainMs: Infinity })).toMatch(/, got Infinity$/)
    expect(wrong({ timeoutMs: '5' })).toMatch(/, got "5"$/)
    expect(wrong({ timeoutMs: 5n })).toMatch(/, got 5n$/)
    expect(wrong({ log: {} })).toMatch(/, got \{\}$/)
    const circular: Record<string, unknown> = {}
    circular['self'] = circular
    expect(wrong({ prefix: circular })).toMatch(/^"prefix" must be /)
  })

  it('is a boolean other than 1, 0, true and false', () => {
    const disabled = (text: string): boolean => resolveOptions({ env: { CACHE_S3_DISABLED: text } }).disabled
    expect([disabled('1'), disabled('true'), disabled('0'), disabled('false')]).toEqual([true, true, false, false])
    const refused = ['yes', 'no', 'on', 'off', 'TRUE', 'True', ' 1', '2', 'constructor', '__proto__']
    expect(refused.map((text) => refusal({ env: { CACHE_S3_DISABLED: text } }).option)).toEqual(
      refused.map(() => 'disabled'),
    )
    expect(refusal({ env: { CACHE_S3_DISABLED: 'yes' } }).message).toContain('1, 0, true or false, got "yes"')
  })

  it('is a number other than a whole one within its bounds', () => {
    const refused = ['-1', '1.5', '1e3', ' 1', '0x10', 'NaN', '99999999999999999999']
    expect(refused.map((text) => refusal({ env: { CACHE_DRAIN_MS: text } }).option)).toEqual(
      refused.map(() => 'drainMs'),
    )
    expect(refusal({ call: { pendingMaxBytes: 0 } }).option).toBe('pendingMaxBytes')
    expect(resolveOptions({ call: { drainMs: 0 }, env: {} }).drainMs).toBe(0)
  })

  it('is a level, an encryption or an endpoint that does not exist', () => {
    expect(refusal({ env: { CACHE_LOG: 'verbose' } }).message).toContain('one of silent, error, warn, info, debug')
    expect(refusal({ env: { CACHE_ENCRYPTION: 'sse' } }).message).toContain('one of AES256, aws:kms')
    expect(refusal({ call: { endpoint: 'localhost:9000' } }).option).toBe('endpoint')
    expect(refusal({ call: { endpoint: 's3.test' } }).option).toBe('endpoint')
  })

  it('is a prefix that is too long or starts with a slash', () => {
    expect(resolveOptions({ call: { prefix: 'é'.repeat(64) }, env: {} }).prefix).toHaveLength(64)
    expect(refusal({ call: { prefix: `${'é'.repeat(64)}x` } }).message).toContain('at most 128 bytes')
    expect(refusal({ env: { CACHE_KEY_PREFIX: '/cache' } }).message).toContain('does not start with "/"')
  })

  it('is an option that does not exist, with those that do', () => {
    const { option, message } = refusal({ call: { buckets: 'b' } as ScalarOptions })
    expect(option).toBe('buckets')
    expect(message).toMatch(/^createCacheHandler knows no option "buckets"; it knows bucket, prefix, /)
    expect(refusal({ config: { ttl: 5 } as ScalarOptions }).message).toMatch(/^withS3Cache knows no option "ttl"/)
    expect(refusal({ call: { toString: 'x' } as unknown as ScalarOptions }).option).toBe('toString')
  })

  it('is a KMS key without aws:kms', () => {
    expect(refusal({ call: { kmsKeyId: 'k' } }).message).toBe('"kmsKeyId" needs "encryption" to be aws:kms, got none')
    expect(refusal({ call: { kmsKeyId: 'k', encryption: 'AES256' } }).message).toMatch(/got AES256$/)
    expect(resolveOptions({ call: { kmsKeyId: 'k' }, env: { CACHE_ENCRYPTION: 'aws:kms' } }).kmsKeyId).toBe('k')
  })

  it('is a missing bucket, by the name of its variable', () => {
    expect(missingBucket()).toMatchObject({
      code: 'ERR_INVALID_OPTION',
      option: 'bucket',
      message: expect.stringContaining('"bucket" (CACHE_S3_BUCKET) is not set'),
    })
  })

  it('is judged only where it counts: a wrong value that is outranked does no harm', () => {
    expect(resolveOptions({ call: { log: 'warn' }, env: { CACHE_LOG: 'verbose' } }).log).toBe('warn')
  })
})

describe('what follows from the endpoint', () => {
  const resolved = (
    endpoint: string | undefined,
    call: ScalarOptions = {},
  ): { path: boolean; region: string | undefined } => {
    const { forcePathStyle: path, region } = resolveOptions({ call: { endpoint, ...call }, env: {} })
    return { path, region }
  }

  it('is the bucket in the host name, and a region that the SDK finds, without an endpoint', () => {
    expect(resolved(undefined)).toEqual({ path: false, region: undefined })
  })

  it('is the bucket in the path, and us-east-1, outside AWS', () => {
    expect(resolved('http://127.0.0.1:9000')).toEqual({ path: true, region: 'us-east-1' })
    expect(resolved('https://account.r2.cloudflarestorage.com').path).toBe(true)
    expect(resolved('https://s3.amazonaws.com.example.test').path).toBe(true)
    expect(resolved('https://notamazonaws.com').path).toBe(true)
  })

  it('is the bucket in the host name at AWS', () => {
    expect(resolved('https://s3.eu-central-1.amazonaws.com').path).toBe(false)
    expect(resolved('https://s3.cn-north-1.amazonaws.com.cn').path).toBe(false)
    expect(resolved('https://S3.AMAZONAWS.COM/').path).toBe(false)
  })

  it('is outranked by what is set', () => {
    expect(resolved('http://127.0.0.1:9000', { forcePathStyle: false, region: 'eu-1' })).toEqual({
      path: false,
      region: 'eu-1',
    })
    expect(resolved(undefined, { forcePathStyle: true }).path).toBe(true)
  })
})

describe('the documentation of the options', () => {
  /** Their defaults depend on other options; the text tells how. */
  const DEPENDENT = ['forcePathStyle', 'region', 'deployment']

  it('tells the default of every option that has one, as it really is', () => {
    const resolved: Record<string, unknown> = { ...resolveOptions({ env: {} }) }
    const real = Object.entries(resolved).filter(([name, value]) => value !== undefined && !DEPENDENT.includes(name))
    expect(documentedDefaults()).toEqual(Object.fromEntries(real))
  })

  it('has a line on every option', () => {
    expect([...documentedOptions().keys()].toSorted()).toEqual(Object.keys(OPTION_TABLE).toSorted())
  })
})

/** The comment above each property of ScalarOptions. */
function documentedOptions(): Map<string, string> {
  const source = readFileSync(new URL('./options.ts', import.meta.url), 'utf8')
  const [, body = ''] = /interface ScalarOptions \{\n([^]*?)\n\}/.exec(source) ?? []
  const properties = body.matchAll(/\/\*\*((?:(?!\*\/)[^])*)\*\/\s*readonly (\w+)\?:/g)
  return new Map(Array.from(properties, ([, comment = '', name = '']) => [name, comment]))
}

function documentedDefaults(): Record<string, unknown> {
  const found: Record<string, unknown> = {}
  for (const [name, comment] of documentedOptions()) {
    const [, text] = /@default (.+?)\s*$/.exec(comment) ?? []
    if (text !== undefined) found[name] = JSON.parse(text)
  }
  return found
}
