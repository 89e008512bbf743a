import { describe, expect, it } from 'vitest'
import { createCredentialSource, parseCredentials, type Credentials } from './credentials.ts'

const lasting: Credentials = { accessKeyId: 'L', secretAccessKey: 's' }
const temporary: Credentials = { accessKeyId: 'T', secretAccessKey: 's', sessionToken: 't1' }
const renewed: Credentials = { ...temporary, secretAccessKey: 's2', sessionToken: 't2' }

describe('createCredentialSource', () => {
  const source = createCredentialSource([lasting])
  /** The secret that fits the claim, or the code of the refusal. */
  const judge = (accessKeyId: string, sessionToken?: string): string => {
    try {
      return source.find({ accessKeyId, sessionToken }).secretAccessKey
    } catch (error) {
      return (error as { code: string }).code
    }
  }

  it('accepts what it was created with until it is told otherwise', () => {
    expect([judge('L'), judge('T', 't1')]).toEqual(['s', 'InvalidAccessKeyId'])
    source.accept([temporary])
    expect([judge('L'), judge('T', 't1')]).toEqual(['InvalidAccessKeyId', 's'])
    expect(source.refused).toBe(2)
  })

  it('accepts temporary keys with their own token only', () => {
    source.accept([lasting, temporary])
    expect([judge('T'), judge('T', 'other'), judge('L', 't1')]).toEqual([
      'InvalidAccessKeyId',
      'InvalidToken',
      'InvalidToken',
    ])
  })

  it('takes a token that was left out for expired, also when its key has a new one, until it is accepted again', () => {
    source.accept([temporary])
    source.accept([renewed])
    expect([judge('T', 't1'), judge('T', 't2')]).toEqual(['ExpiredToken', 's2'])
    source.accept([])
    expect([judge('T', 't1'), judge('T', 't2')]).toEqual(['ExpiredToken', 'ExpiredToken'])
    source.accept([temporary])
    expect([judge('T', 't1'), judge('T', 't2')]).toEqual(['s', 'ExpiredToken'])
  })

  it('goes on as before when it is told something wrong', () => {
    source.accept([temporary])
    expect(() => source.accept([{ ...lasting, secretAccessKey: '' }])).toThrow('"secretAccessKey" must be')
    expect(judge('T', 't1')).toBe('s')
  })
})

describe('parseCredentials', () => {
  it('keeps what it knows and drops the rest', () => {
    expect(parseCredentials([{ ...lasting, more: 1 }, temporary])).toEqual([lasting, temporary])
  })

  it('names what is wrong', () => {
    expect(() => parseCredentials({})).toThrow('"credentials" must be an array, got {}')
    expect(() => parseCredentials([null])).toThrow('"credentials" must be an array of objects, got null')
    expect(() => parseCredentials([{ secretAccessKey: 's' }])).toThrow('"accessKeyId" must be a non-empty string')
    expect(() => parseCredentials([{ ...lasting, sessionToken: 5 }])).toThrow('"sessionToken" must be')
    expect(() => parseCredentials([{ ...lasting, policy: '{' }])).toThrow('"policy" must be an IAM policy')
  })
})
