/**
 * How an image of one family is run.
 * @typedef {object} S3Server
 * @property {number} port
 * @property {readonly string[]} command
 * @property {Record<string, string>} env
 */

/** The last that MinIO has published there. */
export const DEFAULT_IMAGE = 'minio/minio:RELEASE.2025-09-07T16-13-09Z'

/**
 * @param {string} image
 * @param {{ accessKeyId: string, secretAccessKey: string }} credentials
 * @returns {S3Server}
 */
export function serverOf(image, { accessKeyId, secretAccessKey }) {
  // Without the registry and its port, and without the tag.
  const name = image.split('@')[0]?.replace(/:[^/:]*$/, '') ?? ''
  if (name.includes('minio')) {
    return {
      port: 9000,
      command: ['server', '/data'],
      env: { MINIO_ROOT_USER: accessKeyId, MINIO_ROOT_PASSWORD: secretAccessKey },
    }
  }
  // Takes any credentials.
  if (name.includes('localstack')) return { port: 4566, command: [], env: { SERVICES: 's3' } }
  if (name.includes('local-s3')) {
    const credentials = ['--access-key', accessKeyId, '--secret-key', secretAccessKey]
    return { port: 9000, command: ['--host', '0.0.0.0', '--port', '9000', ...credentials], env: {} }
  }
  throw new Error(`S3_TEST_IMAGE must name an image of minio, localstack or local-s3, got "${image}"`)
}
