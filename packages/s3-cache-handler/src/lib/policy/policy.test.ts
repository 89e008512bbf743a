import { parse } from '@cdktf/hcl2json'
import { describe, expect, it } from 'vitest'
import { policyFor, type PolicyPlace } from './policy.ts'
import { toTerraform } from './terraform.ts'

const place: PolicyPlace = { bucket: 'my-app-cache', prefix: 'shop/' }

describe('policyFor', () => {
  it('allows the objects below the prefix, and to list them', () => {
    expect(policyFor(place, 'app')).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'CacheObjects',
          Effect: 'Allow',
          Action: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
          Resource: ['arn:aws:s3:::my-app-cache/shop/v1/*'],
        },
        {
          Sid: 'CacheListings',
          Effect: 'Allow',
          Action: ['s3:ListBucket'],
          Resource: ['arn:aws:s3:::my-app-cache'],
          Condition: { StringLike: { 's3:prefix': ['shop/v1/*'] } },
        },
      ],
    })
  })

  it('allows tags of objects where they are to carry any', () => {
    const [objects] = policyFor({ ...place, expiryTags: true }, 'app').Statement
    expect(objects?.Action).toEqual(['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:PutObjectTagging'])
  })

  it("allows an operator the bucket's settings besides", () => {
    const [objects, listings, settings, ...others] = policyFor(place, 'operator').Statement
    expect([objects, listings]).toEqual(policyFor(place, 'app').Statement)
    expect(settings).toMatchObject({ Sid: 'BucketSettings', Resource: ['arn:aws:s3:::my-app-cache'] })
    expect(settings?.Action).toContain('s3:PutLifecycleConfiguration')
    expect(others).toEqual([])
  })

  it('names the partition of the region, and the session of a directory bucket', () => {
    const arnOf = (more: Partial<PolicyPlace>): string | undefined =>
      policyFor({ ...place, ...more }, 'app').Statement[0]?.Resource[0]
    expect(arnOf({ region: 'cn-north-1' })).toBe('arn:aws-cn:s3:::my-app-cache/shop/v1/*')
    expect(arnOf({ region: 'us-gov-west-1' })).toBe('arn:aws-us-gov:s3:::my-app-cache/shop/v1/*')
    const express = { bucket: 'cache--usw2-az1--x-s3', region: 'us-west-2' }
    expect(arnOf(express)).toBe('arn:aws:s3express:us-west-2:*:bucket/cache--usw2-az1--x-s3')
    expect(policyFor({ ...place, ...express }, 'operator').Statement.map(({ Action }) => Action)).toEqual([
      ['s3express:CreateSession'],
      expect.arrayContaining(['s3express:PutLifecycleConfiguration']),
    ])
  })

  it('allows the key of an encrypted cache, by what is known of it', () => {
    const keyOf = (kmsKeyId?: string): unknown =>
      policyFor({ ...place, encryption: 'aws:kms', kmsKeyId }, 'app').Statement.find(({ Sid }) => Sid === 'CacheKey')
    const arn = 'arn:aws:kms:eu-west-1:1:key/k'
    expect(keyOf(arn)).toMatchObject({ Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Resource: [arn] })
    expect(keyOf('k')).toMatchObject({ Resource: ['arn:aws:kms:*:*:key/k'] })
    expect(keyOf('alias/a')).toMatchObject({
      Resource: ['*'],
      Condition: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': ['alias/a'] } },
    })
    expect(keyOf('arn:aws:kms:eu-west-1:1:alias/a')).toEqual(keyOf('alias/a'))
    expect(keyOf()).toBeUndefined()
    expect(policyFor({ ...place, encryption: 'AES256' }, 'app')).toEqual(policyFor(place, 'app'))
  })
})

it('is the same as a Terraform document', async () => {
  const odd: PolicyPlace = { ...place, prefix: 'a"%{b}*?$/ü ', encryption: 'aws:kms', kmsKeyId: 'alias/a' }
  for (const [each, reader] of [
    [place, 'app'],
    [odd, 'operator'],
  ] as const) {
    const parsed = (await parse('policy.tf', toTerraform(policyFor(each, reader)))) as {
      data: { aws_iam_policy_document: { s3_cache: { statement: object[] }[] } }
    }
    // The provider writes `&{…}` as `${…}`; the parser leaves the escape of a template as it is.
    const text = (value: string): string => value.replaceAll('&{', '${').replaceAll('%%{', '%{')
    const [{ statement } = { statement: [] }] = parsed.data.aws_iam_policy_document.s3_cache
    expect(JSON.parse(text(JSON.stringify(statement)))).toEqual(
      policyFor(each, reader).Statement.map(({ Sid, Action, Resource, Condition }) => ({
        sid: Sid,
        actions: Action,
        resources: Resource,
        ...(Condition && {
          condition: Object.entries(Condition).flatMap(([test, keys]) =>
            Object.entries(keys).map(([variable, values]) => ({ test, variable, values })),
          ),
        }),
      })),
    )
  }
})
