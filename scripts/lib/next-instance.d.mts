import type { Instance } from './instance.d.mts'

export interface NextInstanceOptions {
  /** The folder of the app; for `standalone`, the folder that holds the built `server.js`. */
  appDir: string
  /** 0 takes any free port. @default 0 */
  port?: number
  /** Handed to the server as `INSTANCE_NAME`. */
  name: string
  /** On top of this process's environment; `undefined` takes a variable away. */
  env?: Record<string, string | undefined>
  /** @default 'start' */
  mode?: 'start' | 'standalone' | 'dev'
  /** Next's own command. @default the one that `appDir` resolves */
  nextBin?: string
  /** For that command, as `--webpack`. */
  flags?: readonly string[]
}

export type NextInstance = Instance

/** Starts one Next server as a child of this process; rejects with the tail of its logs when it ends before it is ready. */
export declare function startNextInstance(options: NextInstanceOptions): Promise<NextInstance>
