import { expect, it } from 'vitest'
import { type Access, judgeAccess, parsePolicy } from './policy.ts'

const access = (more: Partial<Access> = {}): Access => ({
  principal: '*',
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::b/public/x',
  context: {},
  ...more,
})
const judge = (statements: object[], asked: Access): string =>
  judgeAccess(parsePolicy(JSON.stringify({ Statement: statements })), asked)

const allow = { Effect: 'Allow', Principal: '*', Action: 's3:Get*', Resource: 'arn:aws:s3:::b/public/*' }

it('says nothing of what it does not name', () => {
  expect(judge([allow], access())).toBe('allow')
  expect(judge([allow], access({ action: 's3:PutObject' }))).toBe('silent')
  expect(judge([allow], access({ resource: 'arn:aws:s3:::b/private/x' }))).toBe('silent')
  expect(judge([{ ...allow, Principal: { AWS: ['arn:aws:iam::1:user/a'] } }], access())).toBe('silent')
})

it('lets a deny win', () => {
  const deny = { ...allow, Effect: 'Deny', Resource: 'arn:aws:s3:::b/public/?' }
  expect(judge([allow, deny], access())).toBe('deny')
  expect(judge([allow, deny], access({ resource: 'arn:aws:s3:::b/public/xy' }))).toBe('allow')
})

it('judges conditions, and takes what stands in a pattern literally', () => {
  const list = { ...allow, Action: 's3:ListBucket', Resource: 'arn:aws:s3:::b' }
  const asked = (prefix: string): Access =>
    access({ action: 's3:ListBucket', resource: 'arn:aws:s3:::b', context: { 's3:prefix': prefix } })
  const like = [{ ...list, Condition: { StringLike: { 's3:prefix': ['a.c/*', 'x'] } } }]
  expect([judge(like, asked('a.c/1')), judge(like, asked('abc/1')), judge(like, asked('x'))]).toEqual([
    'allow',
    'silent',
    'allow',
  ])
  const other = [{ ...list, Condition: { StringNotEquals: { 's3:prefix': 'x' } } }]
  expect([judge(other, asked('y')), judge(other, asked('x'))]).toEqual(['allow', 'silent'])
})

it('refuses what it cannot judge', () => {
  const refused = [
    'x',
    '[]',
    '{}',
    '{"Statement":{"Effect":"Maybe"}}',
    JSON.stringify({ Statement: [{ ...allow, Action: 1 }] }),
  ]
  for (const document of refused)
    expect(() => parsePolicy(document)).toThrow(expect.objectContaining({ code: 'MalformedPolicy' }))
  const condition = { ...allow, Condition: { IpAddress: { 'aws:SourceIp': '::1' } } }
  expect(() => judge([condition], access())).toThrow(/IpAddress/)
})

it('takes characters that stand for others literally where they are written as variables', () => {
  const odd = [{ ...allow, Resource: 'arn:aws:s3:::b/${*}${?}${$}/*' }]
  expect(judge(odd, access({ resource: 'arn:aws:s3:::b/*?$/x' }))).toBe('allow')
  expect(judge(odd, access({ resource: 'arn:aws:s3:::b/aaa/x' }))).toBe('silent')
})
