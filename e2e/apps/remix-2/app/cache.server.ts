import { createS3Cache } from 's3-cache-handler/cache'
import { DECIMALS } from './decimal.server'

/** Where, and how often it looks, is said by the environment. */
export const cache = createS3Cache({ types: DECIMALS })
