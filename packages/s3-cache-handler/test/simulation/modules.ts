import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Mutant } from './mutant.ts'

/** The code under simulation: the package's own, or a copy of it with a bug planted. */
export interface Modules {
  readonly cache: typeof import('../../src/lib/cache.ts')
  readonly errors: typeof import('../../src/lib/object-store/object-store-error.ts')
  readonly index: typeof import('../../src/lib/index/tag-index.ts')
  readonly intercept: typeof import('../../src/lib/object-store/intercept.ts')
  readonly isrCache: typeof import('../../src/lib/next/isr-cache.ts')
  readonly layout: typeof import('../../src/lib/keys/layout.ts')
  readonly logCodec: typeof import('../../src/lib/tags/log-codec.ts')
  readonly memory: typeof import('../../src/lib/memory/memory-layer.ts')
  readonly storeClock: typeof import('../../src/lib/store-clock.ts')
  readonly storeTime: typeof import('../../src/lib/object-store/store-time.ts')
  readonly subjects: typeof import('../../src/lib/tags/subjects.ts')
  readonly tagFold: typeof import('../../src/lib/tags/tag-fold.ts')
  readonly tagView: typeof import('../../src/lib/tags/tag-view.ts')
}

const PACKAGE = fileURLToPath(new URL('../../', import.meta.url))

/**
 * A build of the sources as they are now, which nobody else rebuilds meanwhile, and changed copies of it. All are in a
 * folder called `node_modules`, so that Node loads them as they are, without vitest between: a schedule is twice as fast.
 */
export class Build {
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
  }

  static async make(): Promise<Build> {
    mkdirSync(join(PACKAGE, '.tmp'), { recursive: true })
    const build = new Build(mkdtempSync(join(PACKAGE, '.tmp', 'simulation-')))
    try {
      await compile(build.#path('real'))
    } catch (error) {
      build.remove()
      throw error
    }
    return build
  }

  loadReal(): Promise<Modules> {
    return load(this.#path('real'))
  }

  /** Throws unless each of the texts to change is there exactly once. */
  loadMutant({ name, changes }: Mutant): Promise<Modules> {
    const copy = this.#path(name.replaceAll(/\W+/g, '-'))
    cpSync(this.#path('real'), copy, { recursive: true })
    for (const { file, from, to } of changes) {
      const path = join(copy, 'lib', file)
      const text = readFileSync(path, 'utf8')
      const found = text.split(from).length - 1
      if (found !== 1) throw new Error(`The mutant "${name}" no longer applies: ${found} times in ${file}: ${from}`)
      writeFileSync(
        path,
        text.replace(from, () => to),
      )
    }
    return load(copy)
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true })
  }

  #path(name: string): string {
    return join(this.#folder, 'node_modules', name)
  }
}

async function compile(folder: string): Promise<void> {
  const tsc = join(PACKAGE, '../../node_modules/typescript/bin/tsc')
  const args = [tsc, '-p', join(PACKAGE, 'tsconfig.build.json'), '--outDir', folder]
  await promisify(execFile)(process.execPath, args).catch((error: { readonly stdout: string }) => {
    throw new Error(`The sources do not compile: ${error.stdout}`, { cause: error })
  })
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
}

async function load(folder: string): Promise<Modules> {
  const module = async <T>(file: string): Promise<T> => (await import(join(folder, 'lib', file))) as T
  const { markStale } = await module<typeof import('../../src/lib/next/tags-manifest.ts')>('next/tags-manifest.js')
  // It loads a part of Next, which takes real time: not while a schedule runs.
  await markStale([], 0)
  return {
    cache: await module('cache.js'),
    errors: await module('object-store/object-store-error.js'),
    index: await module('index/tag-index.js'),
    intercept: await module('object-store/intercept.js'),
    isrCache: await module('next/isr-cache.js'),
    layout: await module('keys/layout.js'),
    logCodec: await module('tags/log-codec.js'),
    memory: await module('memory/memory-layer.js'),
    storeClock: await module('store-clock.js'),
    storeTime: await module('object-store/store-time.js'),
    subjects: await module('tags/subjects.js'),
    tagFold: await module('tags/tag-fold.js'),
    tagView: await module('tags/tag-view.js'),
  }
}
