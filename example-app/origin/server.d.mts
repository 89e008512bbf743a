export interface Origin {
  readonly url: string
  readonly port: number
  /** How often each path was asked; questions about the origin itself (`/hits`, `/health`, `/edit/…`) do not count. */
  hits(): Record<string, number>
  close(): Promise<void>
}

/** The newsroom's origin: what the app would otherwise ask a CMS, a database and a price feed. */
export declare function startOrigin(options: {
  /** 0 takes any free port. */
  port: number
}): Promise<Origin>
