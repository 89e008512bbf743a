import { createRequire } from 'node:module'
import { withS3Cache } from 's3-cache-handler/config'

const { FIXTURE_BUILD, FIXTURE_HANDLER, FIXTURE_OPTIONS, FIXTURE_OUTPUT } = process.env

/** @type {import('next').NextConfig} */
const config = {
  env: { FIXTURE_BUILD },
  ...(FIXTURE_OUTPUT && { output: FIXTURE_OUTPUT }),
}

export default FIXTURE_HANDLER === 'bare'
  ? { ...config, cacheHandler: createRequire(import.meta.url).resolve('s3-cache-handler') }
  : withS3Cache(config, JSON.parse(FIXTURE_OPTIONS ?? '{}'))
