import { spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withPacked } from '../../scripts/lib/pack.mjs'
import { CLIENTS, NEXT, OTHERS } from '../../tools/handler-contract/others.mjs'
import { buildApp, copyApp, root, writeSourceText } from './apps.mjs'

const FORTEDIGITAL = '@fortedigital/nextjs-cache-handler'
/** The lowest Node that it runs on. */
const FORTEDIGITAL_NODE = 22

/** Whether this Node can run it. */
export const hasFortedigital = Number(process.versions.node.split('.')[0]) >= FORTEDIGITAL_NODE

/** Names and versions of what is compared. */
export const versions = { next: NEXT.next, ...withoutForeign(OTHERS) }

/**
 * The fixture app outside the workspace, with each handler installed as its users install it, and built twice: with Next's
 * own handler, and with one that the environment names.
 * @template T
 * @param {(project: { dir: string, env: Record<string, string> }) => Promise<T>} use
 */
export async function withPagesProject(use) {
  return await withPacked(async ({ tarball }) => {
    const dir = mkdtempSync(join(tmpdir(), 'bench-pages-'))
    try {
      copyApp('benches/apps/articles', dir)
      cpSync(join(root, 'benches/handlers'), join(dir, 'handlers'), { recursive: true })
      // The least that a handler can be: what it costs, every handler costs.
      copyFileSync(join(root, 'e2e/mutants/per-process.mjs'), join(dir, 'handlers/map.mjs'))
      cpSync(join(root, 'tools/handler-contract/handlers'), join(dir, 'handlers'), { recursive: true })
      copyFileSync(tarball, join(dir, 's3-cache-handler.tgz'))
      const dependencies = {
        ...NEXT,
        ...CLIENTS,
        ...withoutForeign(OTHERS),
        's3-cache-handler': 'file:s3-cache-handler.tgz',
      }
      writeFileSync(join(dir, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies }))
      npmInstall(dir)
      const env = { BENCH_TEXT: writeSourceText(dir) }
      await buildApp(dir, { ...env, BENCH_BUILD: 'built-in' })
      await buildApp(dir, { ...env, BENCH_BUILD: 'custom', BENCH_HANDLER: join(dir, 'handlers/map.mjs') })
      return await use({ dir, env })
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  })
}

function withoutForeign(others) {
  return hasFortedigital ? others : Object.fromEntries(Object.entries(others).filter(([name]) => name !== FORTEDIGITAL))
}

function npmInstall(cwd) {
  const args = ['install', '--no-audit', '--no-fund', '--legacy-peer-deps', '--loglevel=error']
  const { status, error } = spawnSync('npm', args, { cwd, stdio: 'inherit' })
  if (status !== 0) throw new Error(`"npm install" ended with ${status}`, { cause: error })
}
