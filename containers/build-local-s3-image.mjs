// Makes a container image of local-s3 without a registry: a root file system of this machine's Node, the libraries that
// it loads and the built package, imported by the Docker engine.
// Usage: node containers/build-local-s3-image.mjs [tag]
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pnpmCommand } from '../scripts/lib/pnpm.mjs'

const tag = process.argv[2] ?? 'local-s3:test'
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const packageDir = join(root, 'packages/local-s3')

const run = (program, args, options = {}) =>
  execFileSync(program, args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], ...options })

const [program, ...args] = pnpmCommand()
run(program, [...args, '--filter', 'local-s3', 'build'])

const rootfs = mkdtempSync(join(tmpdir(), 'local-s3-rootfs-'))
try {
  for (const path of [process.execPath, ...librariesOf(process.execPath)]) copy(path, path)
  copy(process.execPath, '/usr/bin/node')
  copy(join(packageDir, 'dist'), '/opt/local-s3/dist')
  copy(join(packageDir, 'package.json'), '/opt/local-s3/package.json')
  mkdirSync(join(rootfs, 'tmp'))
  const tar = join(rootfs, '..', `${rootfs.split('/').at(-1)}.tar`)
  try {
    run('tar', ['--create', '--file', tar, '--directory', rootfs, '.'])
    run('docker', ['import', ...changes(), tar, tag])
  } finally {
    rmSync(tar, { force: true })
  }
  console.log(`Imported ${tag}`)
} finally {
  rmSync(rootfs, { recursive: true, force: true })
}

/** What `docker import` puts into the image's configuration. */
function changes() {
  const instructions = [
    'ENTRYPOINT ["/usr/bin/node", "/opt/local-s3/dist/bin.js"]',
    'CMD ["--host", "0.0.0.0", "--port", "9000"]',
    'EXPOSE 9000',
  ]
  return instructions.flatMap((instruction) => ['--change', instruction])
}

/** The loader included; a program that is linked statically has none. */
function librariesOf(path) {
  return run('ldd', [path]).match(/\/\S+(?= \(0x)/g) ?? []
}

/** Copies what a link stands for, under the name of the link. */
function copy(from, to) {
  const target = join(rootfs, to)
  mkdirSync(dirname(target), { recursive: true })
  cpSync(realpathSync(from), target, { recursive: true })
}
