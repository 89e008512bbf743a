import type { ScanLimits } from '../inspect/scan-entries.ts'

const MIB = 1024 * 1024

/** What one list may cost: 10 listings and 200 GETs or HEADs are $0.00013. */
export const SCAN_LIMITS: ScanLimits = { entries: 50, listings: 10, requests: 200, bytes: 64 * MIB, bytesEach: 2 * MIB }

/** What one count may cost, a thousand a request. */
export const MAX_COUNT_LISTINGS = 10
