import { join } from 'node:path'
import { createRequestHandler } from '@remix-run/node'
import { createS3Cache } from 's3-cache-handler/cache'
import { createResponseCache } from 's3-cache-handler/react-router'
import * as build from './build/server/index.js'
import { serve } from './serve.mjs'

const pages = createResponseCache(createS3Cache())
serve(pages.wrap(createRequestHandler(build, 'production'), build), join(import.meta.dirname, 'build/client'))
