import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../..', import.meta.url))

const read = (guide: string): string => readFileSync(join(root, 'docs', `${guide}.md`), 'utf8')

/** All examples of a guide that begin with the name of their file, by that name, without its folders. */
export const examplesOf = (guide: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Array.from(read(guide).matchAll(/```ts\n\/\/ (\S+)\n([\s\S]*?)```/g), ([, name = '', text = '']) => [
      name.replaceAll('/', '-'),
      text,
    ]),
  )

/** The first example of a guide in `docs`, a file of tests, as its reader would run it. */
export class DocsExample {
  /** Inside the package, which finds itself by its name there: in `dist`, as users do. */
  readonly #folder: string

  /** @param files Stand beside it, or in place of what would. */
  constructor(guide: string, files: Readonly<Record<string, string>> = {}) {
    this.#folder = join(root, 'packages/s3-cache-handler/.tmp', `${guide}-${process.pid}`)
    const [, example = ''] = /```ts\n([\s\S]*?)```/.exec(read(guide)) ?? []
    const compilerOptions = { strict: true, module: 'NodeNext', target: 'ES2023', types: ['node'], noEmit: true }
    mkdirSync(this.#folder, { recursive: true })
    for (const [name, text] of Object.entries({
      'example.test.ts': example,
      // Else it would look for ours in the folders above.
      'vitest.config.mjs': 'export default {}',
      'tsconfig.json': JSON.stringify({ compilerOptions }),
      ...files,
    })) {
      writeFileSync(join(this.#folder, name), text)
    }
  }

  /** Rejects where a test fails. */
  async runTests(
    args: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ): Promise<Record<'numPassedTests' | 'numFailedTests', number>> {
    const report = join(this.#folder, 'report.json')
    const vitest = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--root', this.#folder, ...args]
    await run(process.execPath, [...vitest, '--reporter=json', `--outputFile=${report}`], {
      env: { ...process.env, ...env },
    })
    const { numPassedTests = NaN, numFailedTests = NaN } = JSON.parse(readFileSync(report, 'utf8')) as Record<
      string,
      number
    >
    return { numPassedTests, numFailedTests }
  }

  async checkTypes(): Promise<void> {
    await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', this.#folder])
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
