/// <reference types="node" />

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** A server that runs as a child of this process. */
export interface Instance {
  readonly name: string
  readonly url: string
  readonly port: number
  readonly pid: number
  /** All that the server has printed so far. */
  logs(): string
  /** Sends the signal and waits for the end; a server that ignores it for 10 s is killed. @default 'SIGTERM' */
  stop(signal?: NodeJS.Signals): Promise<Exit>
  /** Resolves when the server ends, for whatever reason. */
  readonly exited: Promise<Exit>
}

export interface InstanceCommand {
  /** What kind of server it is, for errors. */
  title: string
  /** For Node. */
  args: readonly string[]
  appDir: string
  /** Handed to the server as `PORT`. */
  port: number
  /** Handed to the server as `INSTANCE_NAME`. */
  name: string
  /** On top of this process's environment; `undefined` takes a variable away. */
  env: Record<string, string | undefined>
  /** What it prints when it listens. */
  readyLine: RegExp
  /** What it answers without rendering a page. */
  readyPath: string
}

/** Starts one server as a child of this process; rejects with the tail of its logs when it ends before it is ready. */
export declare function startInstance(command: InstanceCommand): Promise<Instance>
