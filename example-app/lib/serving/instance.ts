import { hostname } from 'node:os'

/** The name that this server goes by in the panel. */
export const INSTANCE = process.env.INSTANCE_NAME ?? hostname()
