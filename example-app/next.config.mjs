import { withS3Cache } from 's3-cache-handler/config'

/** @type {import('next').NextConfig} */
const nextConfig = {
  reactStrictMode: true,
}

// The bucket and its credentials come from the environment: CACHE_S3_BUCKET, AWS_ACCESS_KEY_ID, …
export default withS3Cache(nextConfig)
