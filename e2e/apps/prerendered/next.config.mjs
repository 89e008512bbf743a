import { withS3Cache } from 's3-cache-handler/config'

const { FIXTURE_OUTPUT } = process.env

/** @type {import('next').NextConfig} */
const config = { ...(FIXTURE_OUTPUT && { output: FIXTURE_OUTPUT }) }

export default withS3Cache(config)
