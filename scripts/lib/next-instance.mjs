import { createRequire } from 'node:module'
import { join } from 'node:path'
import { startInstance } from './instance.mjs'
import { freePort } from './ports.mjs'

/** @typedef {import('./next-instance.d.mts').NextInstanceOptions} NextInstanceOptions */

/**
 * Starts one Next server as a child of this process.
 *
 * @param {NextInstanceOptions} options
 * @returns {Promise<import('./next-instance.d.mts').NextInstance>}
 */
export async function startNextInstance({
  appDir,
  port: wanted = 0,
  name,
  env = {},
  mode = 'start',
  nextBin,
  flags = [],
}) {
  const port = wanted === 0 ? await freePort() : wanted
  return await startInstance({
    title: 'Next',
    args: commandFor({ appDir, port, mode, nextBin, flags }),
    appDir,
    port,
    name,
    env: {
      NODE_ENV: mode === 'dev' ? 'development' : 'production',
      NEXT_TELEMETRY_DISABLED: '1',
      // Only the standalone server reads this one, and `PORT`.
      HOSTNAME: '127.0.0.1',
      ...env,
    },
    // Next prints it before it evaluates the config, which may still end the process.
    readyLine: /Ready in /,
    readyPath: '/_next/static/ready',
  })
}

/**
 * @param {Pick<NextInstanceOptions, 'appDir' | 'nextBin'> & Required<Pick<NextInstanceOptions, 'port' | 'mode' | 'flags'>>} options
 * @returns {string[]}
 */
function commandFor({ appDir, port, mode, nextBin, flags }) {
  if (mode === 'standalone') return [join(appDir, 'server.js')]
  const bin = nextBin ?? createRequire(join(appDir, 'package.json')).resolve('next/dist/bin/next')
  return [bin, mode, ...flags, '-p', String(port), '-H', '127.0.0.1']
}
