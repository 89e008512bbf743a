import { join } from 'node:path'
import { createRequestHandler } from 'react-router'
import { createS3Cache } from 's3-cache-handler/cache'
import { createResponseCache } from 's3-cache-handler/react-router'
import * as build from './build/server/index.js'
import { serve } from './serve.mjs'

const handler = createRequestHandler(build, 'production')
const pages = createResponseCache(createS3Cache())
// Else the middleware of its routes is all there is.
const isWrapped = process.env.FIXTURE_WRAPPED === '1'
serve(isWrapped ? pages.wrap(handler, build) : handler, join(import.meta.dirname, 'build/client'))
