import { describe, expect, it } from 'vitest'
import { parseTarget } from './http/target.ts'
import { detectOperation } from './operation.ts'

const detect = (method: string, url: string, headers = {}): string => detectOperation(method, parseTarget(url), headers)

describe('detectOperation', () => {
  it('tells objects, buckets and the service apart', () => {
    expect(detect('GET', '/')).toBe('ListBuckets')
    expect(detect('PUT', '/bucket')).toBe('CreateBucket')
    expect(detect('PUT', '/bucket/')).toBe('CreateBucket')
    expect(detect('PUT', '/bucket/key')).toBe('PutObject')
    expect(detect('HEAD', '/bucket//')).toBe('HeadObject')
    expect(detect('GET', '//key')).toBe('GetObject')
  })

  it('looks at the parameters that choose another operation', () => {
    expect(detect('GET', '/bucket?list-type=2&prefix=a')).toBe('ListObjectsV2')
    expect(detect('POST', '/bucket?delete')).toBe('DeleteObjects')
    expect(detect('GET', '/bucket/key?tagging')).toBe('GetObjectTagging')
    expect(detect('PUT', '/bucket/key?partNumber=1&uploadId=x')).toBe('UploadPart')
    expect(detect('PUT', '/bucket/key', { 'x-amz-copy-source': '/a/b' })).toBe('CopyObject')
  })

  it('ignores parameters that choose nothing', () => {
    expect(detect('GET', '/bucket/key?x-id=GetObject')).toBe('GetObject')
  })

  it('does not take a request for another subresource for one of the whole object or bucket', () => {
    expect(detect('DELETE', '/bucket?cors')).toBe('Unknown')
    expect(detect('GET', '/bucket/key?versionId=1')).toBe('Unknown')
    expect(detect('PUT', '/bucket/key?acl')).toBe('Unknown')
  })

  it('knows no operation for other methods', () => {
    expect(detect('PATCH', '/bucket/key')).toBe('Unknown')
  })
})
