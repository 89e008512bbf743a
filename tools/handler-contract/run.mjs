// Runs `describeHandler` against ours and others, and writes docs/handler-results.md: `node tools/handler-contract/run.mjs`.
// Needs `redis-server` on the PATH (Debian: apt-get install redis-server) and a built workspace.
import { spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { withPacked } from '../../scripts/lib/pack.mjs'
import { machine, sourceState } from '../../scripts/lib/provenance.mjs'
import { CLIENTS, NEXT, NODE, OTHERS } from './others.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const root = dirname(dirname(here))
const results = join(root, 'docs/handler-results.md')

const REST = { ...CLIENTS, ...NEXT, vitest: '4.1.12', node: NODE }

await withPacked(({ tarball }) => {
  const folder = mkdtempSync(join(tmpdir(), 'handler-contract-'))
  try {
    const dependencies = { ...OTHERS, ...REST, 's3-cache-handler': 'file:s3-cache-handler.tgz' }
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies }))
    copyFileSync(tarball, join(folder, 's3-cache-handler.tgz'))
    for (const name of ['contestants.test.mjs', 'redis.mjs', 'handlers']) {
      cpSync(join(here, name), join(folder, name), { recursive: true })
    }
    run('npm', ['install', '--no-audit', '--no-fund', '--legacy-peer-deps'], folder)
    run(process.execPath, ['installArchSpecificPackage.js'], join(folder, 'node_modules/node'))
    const report = join(folder, 'report.json')
    const node = join(folder, 'node_modules/node/bin/node')
    const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--reporter=default', '--reporter=json']
    // It ends with 1 where any contestant fails a test, as is expected.
    spawnSync(node, [...vitest, `--outputFile.json=${report}`], {
      cwd: folder,
      stdio: 'inherit',
      env: { ...process.env, LOCAL_S3: pathToFileURL(join(root, 'packages/local-s3/dist/index.js')).href },
    })
    writeFileSync(results, page(JSON.parse(readFileSync(report, 'utf8'))))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
run(join(root, 'node_modules/.bin/oxfmt'), [results], root)

function page({ testResults }) {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults)
  if (tests.length === 0) throw new Error('No test ran')
  const contestants = [...new Set(tests.map(({ ancestorTitles }) => ancestorTitles[0]))]
  const rows = new Map()
  for (const { ancestorTitles, title, status } of tests) {
    const [contestant, ...groups] = ancestorTitles
    const name = `${groups.join(' › ')} › ${title}`
    rows.set(name, { ...rows.get(name), [contestant]: status })
  }
  const marks = { passed: 'yes', failed: '**no**', pending: 'not tested', skipped: 'not tested' }
  const cell = (status) => (status === undefined ? '–' : (marks[status] ?? status))
  const count = (contestant, wanted) => [...rows.values()].filter((row) => row[contestant] === wanted).length
  const { cpu, cores, memoryGiB, platform } = machine()
  const table = [
    ['', ...contestants],
    ['---', ...contestants.map(() => '---')],
    ['**passed**', ...contestants.map((name) => `**${count(name, 'passed')}**`)],
    ['**failed**', ...contestants.map((name) => `**${count(name, 'failed')}**`)],
    ...[...rows].map(([name, row]) => [name, ...contestants.map((contestant) => cell(row[contestant]))]),
  ]
  const versions = Object.entries({ ...OTHERS, next: REST.next }).map(([name, version]) => `\`${name}\` ${version}`)
  return `# Which handlers keep to Next's contract

What \`describeHandler\` ([handlers.md](./handlers.md)) said in one run of \`node tools/handler-contract/run.mjs\`: of commit
${sourceState(root).commit}, with ${versions.join(', ')}, Node ${NODE}, on ${cores} cores of ${cpu}, ${memoryGiB} GiB,
${platform}. Each handler is set up as its README begins, the Redis ones on a \`redis-server\` of their own, and instances have 2 s to learn of an
invalidation. "–": the package has no such handler.

${table.map((row) => `| ${row.join(' | ')} |`).join('\n')}
`
}

function run(program, args, cwd) {
  const { status, error } = spawnSync(program, args, { cwd, stdio: 'inherit' })
  if (status !== 0) throw new Error(`"${program} ${args[0]}" ended with ${status}`, { cause: error })
}
