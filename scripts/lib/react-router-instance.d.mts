import type { Instance, InstanceCommand } from './instance.d.mts'

export type ReactRouterInstanceOptions = Pick<InstanceCommand, 'appDir' | 'port' | 'name' | 'env'>

/** Starts `server.mjs` of a built app as a child of this process; rejects when it ends before it answers. */
export declare function startReactRouterInstance(options: ReactRouterInstanceOptions): Promise<Instance>
