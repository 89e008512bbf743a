import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryDir } from './run-dir.ts'

const { engines } = JSON.parse(readFileSync(join(repositoryDir, 'packages/s3-cache-handler/package.json'), 'utf8')) as {
  engines: { node: string }
}

/** The oldest Node that the package says it works on. */
export const OLDEST_NODE: string = engines.node.replace('>=', '')

/** The npm package that is this Node: one for each platform. */
export const OLDEST_NODE_PACKAGE: string = `node-${process.platform}-${process.arch}`

export const oldestNodeIn = (dir: string): string => join(dir, 'node_modules', OLDEST_NODE_PACKAGE, 'bin/node')

/** Writes a command that runs the project's Next on that Node, and answers its path. */
export function nextOnOldestNode(dir: string): string {
  const path = join(dir, 'next-on-oldest-node.mjs')
  const next = join(dir, 'node_modules/next/dist/bin/next')
  writeFileSync(
    path,
    `import { spawn } from 'node:child_process'
const args = [${JSON.stringify(next)}, ...process.argv.slice(2)]
const child = spawn(${JSON.stringify(oldestNodeIn(dir))}, args, { stdio: 'inherit' })
process.once('SIGTERM', () => child.kill('SIGTERM'))
child.once('exit', (code) => process.exit(code ?? 1))
`,
  )
  return path
}
