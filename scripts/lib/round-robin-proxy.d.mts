export interface RoundRobinProxy {
  readonly url: string
  readonly port: number
  close(): Promise<void>
}

/** A load balancer in small: each request goes to the next target, headers and bodies pass through as they are. */
export declare function startRoundRobinProxy(options: {
  /** 0 takes any free port. */
  port: number
  /** Origins such as `http://127.0.0.1:3001`. */
  targets: string[]
}): Promise<RoundRobinProxy>
