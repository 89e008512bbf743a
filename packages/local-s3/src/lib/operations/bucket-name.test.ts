import { expect, it } from 'vitest'
import { isBucketName } from './bucket-name.ts'

it('accepts the names that S3 accepts', () => {
  expect(['abc', 'my-bucket.v1', '0a9', 'x'.repeat(63)].every(isBucketName)).toBe(true)
})

it('refuses names that S3 refuses, among them all that a file system would take for another folder', () => {
  const names = ['', 'ab', '..', '...', 'a..b', '-ab', 'ab-', 'Abc', 'a_b', 'a/b', 'a\\b', 'x'.repeat(64)]
  expect(names.filter(isBucketName)).toEqual([])
})
