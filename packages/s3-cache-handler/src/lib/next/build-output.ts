import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readBuildStart } from './build-record.ts'

/** What a finished build tells about itself. */
export interface BuildOutput {
  readonly buildId: string | undefined
  readonly deploymentId: string | undefined
  /** The secret by which Next knows its own `res.revalidate()` from a visitor's request. */
  readonly previewModeId: string | undefined
  /** Of the Pages Router, where the app has locales. */
  readonly defaultLocale: string | undefined
  /** When it began, in ms since the Unix epoch. */
  readonly startedAt: number | undefined
  readonly prerendered: Partial<PrerenderManifest>
  /** The options that `withS3Cache` was given when the app was built, as JSON. */
  readonly options: string | undefined
}

/** Where `withS3Cache` leaves its options in the config, and so in the build: in the one part of it that is free-form. */
export const OPTIONS_VARIABLE = 'S3_CACHE_HANDLER_OPTIONS'

/**
 * Reads the build that a server runs, from the folder above `serverDistDir`. The context that Next passes to a cache
 * handler names neither the build nor the deployment, and a standalone server never evaluates `next.config`.
 */
export function readBuildOutput(serverDistDir: string): BuildOutput {
  const distDir = join(serverDistDir, '..')
  const prerendered = parseJson<PrerenderManifest>(read(join(distDir, 'prerender-manifest.json')))
  const { config } = parseJson<RequiredServerFiles>(read(join(distDir, 'required-server-files.json')))
  return {
    buildId: nonEmpty(read(join(distDir, 'BUILD_ID'))?.trim()),
    deploymentId: nonEmpty(config?.deploymentId),
    previewModeId: nonEmpty(prerendered.preview?.previewModeId),
    defaultLocale: nonEmpty(config?.i18n?.defaultLocale),
    startedAt: readBuildStart(serverDistDir),
    prerendered,
    options: nonEmpty(config?.env?.[OPTIONS_VARIABLE]),
  }
}

interface RequiredServerFiles {
  readonly config?: {
    readonly deploymentId?: string
    readonly i18n?: { readonly defaultLocale?: string } | null
    readonly env?: Readonly<Record<string, string | undefined>>
  }
}

/** What of `prerender-manifest.json` matters here. */
export interface PrerenderManifest {
  readonly preview?: { readonly previewModeId?: string }
  readonly routes?: Readonly<
    Record<string, { readonly initialRevalidateSeconds?: number | false; readonly initialExpireSeconds?: number }>
  >
  readonly dynamicRoutes?: Readonly<
    Record<string, { readonly fallbackRevalidate?: number | false; readonly fallbackExpire?: number }>
  >
}

function parseJson<T extends object>(json = ''): Partial<T> {
  try {
    return (JSON.parse(json) as T | null) ?? {}
  } catch {
    // Not there yet, or half-written, while a build runs.
    return {}
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

const nonEmpty = (text: string | undefined): string | undefined => (text === '' ? undefined : text)
