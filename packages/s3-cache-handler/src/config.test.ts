import type { NextConfig } from 'next'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { withS3Cache } from './config.ts'

const BUILD = 'phase-production-build'
const SERVER = 'phase-production-server'
const context = { defaultConfig: {} }

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

describe('withS3Cache', () => {
  it('sets all that a shared cache needs and keeps what the config has', async () => {
    const config: NextConfig = {
      poweredByHeader: false,
      images: { formats: ['image/webp'] },
      serverExternalPackages: ['sharp'],
      env: { NAME: 'v' },
    }
    expect(await withS3Cache(config, { bucket: 'my-cache' })(BUILD, context)).toEqual({
      poweredByHeader: false,
      cacheHandler: expect.stringMatching(/\/index\.js$/),
      cacheMaxMemorySize: 0,
      images: { formats: ['image/webp'], customCacheHandler: true },
      serverExternalPackages: ['sharp', 's3-cache-handler'],
      env: { NAME: 'v', S3_CACHE_HANDLER_OPTIONS: '{"bucket":"my-cache"}' },
    })
  })

  it('names the handlers of `use cache` where the app can use it, but for those that the config names', async () => {
    const ours = expect.stringMatching(/\/use-cache\.js$/)
    const kinds = { default: ours, remote: ours }
    for (const config of [{ cacheComponents: true }, { experimental: { useCache: true } }]) {
      expect((await withS3Cache(config)(BUILD, context)).cacheHandlers).toEqual(kinds)
    }
    const cacheHandlers = { remote: '/mine.js', sessions: '/sessions.js' }
    const config = await withS3Cache({ cacheComponents: true, cacheHandlers })(BUILD, context)
    expect(config.cacheHandlers).toEqual({ default: ours, ...cacheHandlers })
  })

  it('names them where Next 15.5 looks for them', async () => {
    const of15 = {
      defaultConfig: { experimental: { cacheHandlers: { default: undefined } } },
    } as object as typeof context
    const ours = expect.stringMatching(/\/use-cache\.js$/)
    const config = await withS3Cache({ experimental: { useCache: true } })(BUILD, of15)
    expect(config.experimental).toEqual({ useCache: true, cacheHandlers: { default: ours, remote: ours } })
    expect(config).not.toHaveProperty('cacheHandlers')
    const images15 = { defaultConfig: { images: { formats: [] } } } as object as typeof context
    expect(await withS3Cache({})(BUILD, images15)).not.toHaveProperty('images')
  })

  it('takes a function, a promise and an async function', async () => {
    const config: NextConfig = { poweredByHeader: false }
    const expected = { poweredByHeader: false }
    const byPhase = (phase: string): NextConfig => ({ ...config, basePath: `/${phase}` })
    expect(await withS3Cache(byPhase)(BUILD, context)).toMatchObject({ ...expected, basePath: `/${BUILD}` })
    expect(await withS3Cache(Promise.resolve(config))(BUILD, context)).toMatchObject(expected)
    expect(await withS3Cache(async () => config)(BUILD, context)).toMatchObject(expected)
  })

  it('takes a config that is not there for an empty one', async () => {
    const nothing = (() => undefined) as unknown as () => NextConfig
    expect(await withS3Cache(nothing)(BUILD, context)).toMatchObject({ cacheMaxMemorySize: 0 })
  })

  it('refuses a config that names another handler, and takes one that names ours', async () => {
    await expect(withS3Cache({ cacheHandler: '/other.js' })(BUILD, context)).rejects.toMatchObject({
      code: 'ERR_INVALID_OPTION',
      option: 'cacheHandler',
      message: expect.stringContaining('"/other.js"'),
    })
    const { cacheHandler } = await withS3Cache({})(BUILD, context)
    await expect(withS3Cache({ cacheHandler })(BUILD, context)).resolves.toBeDefined()
  })

  it('lets a build pass without a bucket, and refuses to serve without one, naming the setting', async () => {
    vi.stubEnv('CACHE_S3_BUCKET', '')
    const config = withS3Cache({})
    await expect(config(BUILD, context)).resolves.toBeDefined()
    await expect(config(SERVER, context)).rejects.toThrow('"bucket" (CACHE_S3_BUCKET) is not set')
  })

  it('refuses to serve with a wrong value, from the environment or from the call', async () => {
    vi.stubEnv('CACHE_TIMEOUT_MS', 'abc')
    await expect(withS3Cache({}, { bucket: 'my-cache' })(SERVER, context)).rejects.toThrow(
      '"timeoutMs" (CACHE_TIMEOUT_MS) must be a whole number from 1 to 2147483647, got "abc"',
    )
    vi.stubEnv('CACHE_TIMEOUT_MS', '')
    await expect(withS3Cache({}, { bucket: 'my-cache', timeoutMs: 0 })(SERVER, context)).rejects.toThrow('got 0')
  })

  it('serves without a bucket when the cache is disabled', async () => {
    vi.spyOn(console, 'warn').mockReturnValue()
    vi.stubEnv('CACHE_S3_BUCKET', '')
    vi.stubEnv('CACHE_S3_DISABLED', '1')
    await expect(withS3Cache({})(SERVER, context)).resolves.toBeDefined()
  })

  it('says what a fleet still needs when it serves, in one line, and nothing when all is set', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue()
    const config = withS3Cache({ deploymentId: 'd1' }, { bucket: 'my-cache' })
    vi.stubEnv('NEXT_SERVER_ACTIONS_ENCRYPTION_KEY', '')
    await config(BUILD, context)
    expect(warn).not.toHaveBeenCalled()
    await config(SERVER, context)
    expect(warn.mock.calls).toEqual([[expect.stringMatching(/not set: NEXT_SERVER_ACTIONS_ENCRYPTION_KEY$/)]])
    vi.stubEnv('NEXT_SERVER_ACTIONS_ENCRYPTION_KEY', 'key')
    await config(SERVER, context)
    expect(warn).toHaveBeenCalledTimes(1)
  })

  it('says so in JSON where all other lines are', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue()
    vi.stubEnv('NEXT_SERVER_ACTIONS_ENCRYPTION_KEY', 'key')
    await withS3Cache({}, { bucket: 'my-cache', logFormat: 'json' })(SERVER, context)
    const lines = warn.mock.calls.map(([line]) => JSON.parse(String(line)) as object)
    expect(lines).toEqual([
      expect.objectContaining({ level: 40, msg: expect.stringMatching(/not set: deploymentId$/) }),
    ])
  })
})
