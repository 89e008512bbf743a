import { OTHER_SECRETS, SECRET_ACCESS_KEY } from './lib/credentials.ts'
import { savedLogs, type NamedLog } from './lib/logs.ts'
import { expect, test } from './lib/test.ts'

test('no log of this run holds the secret key or a presigned URL', () => {
  const logs = savedLogs()
  expect(logs.filter(({ text }) => text.length > 0).length).toBeGreaterThan(0)
  expect(logs.filter(holdsSecret).map(({ name }) => name)).toEqual([])
})

test('the search would find them', () => {
  const logs = [
    `SecretAccessKey=${SECRET_ACCESS_KEY}`,
    'http://127.0.0.1/b/k?X-Amz-Signature=0f',
    'x-amz-signature%3D0f',
  ]
  expect(logs.every((text) => holdsSecret({ name: 'planted', text }))).toBe(true)
  expect(holdsSecret({ name: 'clean', text: 'Ready in 100ms' })).toBe(false)
})

function holdsSecret({ text }: NamedLog): boolean {
  return [SECRET_ACCESS_KEY, ...OTHER_SECRETS].some((secret) => text.includes(secret)) || /x-amz-signature/i.test(text)
}
