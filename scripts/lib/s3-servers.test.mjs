import { expect, test } from 'vitest'
import { DEFAULT_IMAGE, serverOf } from './s3-servers.mjs'

const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' }

test('the default image is MinIO, pinned to a release', () => {
  expect(DEFAULT_IMAGE).toMatch(/^minio\/minio:RELEASE\.\d{4}-/)
  expect(serverOf(DEFAULT_IMAGE, credentials)).toEqual({
    port: 9000,
    command: ['server', '/data'],
    env: { MINIO_ROOT_USER: 'key', MINIO_ROOT_PASSWORD: 'secret' },
  })
})

test('an image is known by its name, whatever its registry, tag or digest', () => {
  expect(serverOf('registry.test:5000/localstack/localstack:4.4@sha256:00', credentials).port).toBe(4566)
  expect(serverOf('local-s3:test', credentials).command).toContain('secret')
  expect(serverOf('registry.test:5000/mirror/minio', credentials).command).toEqual(['server', '/data'])
})

test('an image of no known server is refused by name', () => {
  expect(() => serverOf('nginx:minio', credentials)).toThrow('minio, localstack or local-s3, got "nginx:minio"')
})
