import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryDir } from './run-dir.ts'

/** Folders of `e2e/apps` that are nothing but dependencies, by what `E2E_NEXT` may name. */
const OTHERS = { '16.3': 'next-16.3' } as const

/** The version of Next that `E2E_NEXT` asks every build to have in place of its own. */
export const askedVersion: keyof typeof OTHERS | undefined = known(process.env['E2E_NEXT'])

/** Whose dependencies builds have that ask for none themselves. */
export const otherDependencies: (typeof OTHERS)[keyof typeof OTHERS] | undefined = askedVersion && OTHERS[askedVersion]

/** The exact version of Next among the dependencies of a folder of `e2e/apps`. */
export function nextVersionOf(app: string): string {
  const path = join(repositoryDir, 'e2e/apps', app, 'node_modules/next/package.json')
  return (JSON.parse(readFileSync(path, 'utf8')) as { readonly version: string }).version
}

/** Each version that a build or a server has printed in its first lines. */
export const printedVersions = (log: string): string[] =>
  [...log.matchAll(/▲ Next\.js (\d+\.\d+\.\d+)/g)].map(([, version = '']) => version)

function known(version: string | undefined): keyof typeof OTHERS | undefined {
  if (version === undefined || version === '') return undefined
  if (Object.hasOwn(OTHERS, version)) return version as keyof typeof OTHERS
  throw new Error(`E2E_NEXT must be one of ${Object.keys(OTHERS).join(', ')}, got "${version}"`)
}
