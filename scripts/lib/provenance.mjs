import { spawnSync } from 'node:child_process'
import { availableParallelism, cpus, totalmem } from 'node:os'

/** What is made from the sources and committed after them. */
const GENERATED = ['reports', 'benches/results.md', 'docs/handler-results.md']

/**
 * The last commit that changed a source, so that a report can be committed after it and still name it; and whether
 * there is anything in the working tree that this commit does not hold.
 * @param {string} root
 * @returns {{ commit: string, dirty: boolean }}
 */
export function sourceState(root) {
  const sources = ['--', '.', ...GENERATED.map((path) => `:(exclude)${path}`)]
  const commit = git(root, ['log', '-1', '--format=%H', ...sources])
  const dirty = git(root, ['status', '--porcelain', ...sources]) !== ''
  return { commit, dirty }
}

/** What a time was measured on. */
export function machine() {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
  }
}

function git(cwd, args) {
  const { status, stdout, stderr, error } = spawnSync('git', args, { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(`"git ${args[0]}" ended with ${status}: ${error?.message ?? stderr}`)
  return stdout.trim()
}
