import { outside } from '../async-context.ts'
import type { OpenCache } from '../open-cache.ts'
import { processWide } from '../registry.ts'
import { type Runtime, systemRuntime } from '../runtime.ts'

/** How often a process shows that its deployment is alive, in ms. */
export const HEARTBEAT_MS: number = 60 * 60_000
/** A deployment that comes back is taken for dead until its first heartbeat is written. */
const RETRY_MS = 60_000

/**
 * From now on, writes the deployment's object in `deploys/` once an hour: by its age others see whether the deployment
 * lives. One series a process for each deployment and place, whoever asks; nobody waits for it. What fails is told by the
 * store's events, and tried again a minute later.
 */
export function showAlive(
  { placeId, layout, store }: Pick<OpenCache, 'placeId' | 'layout' | 'store'>,
  id: string,
  runtime: Pick<Runtime, 'sleep' | 'id'> = systemRuntime,
): void {
  const shown = processWide('heartbeats', () => new Set<string>())
  const name = JSON.stringify([placeId, id])
  if (shown.has(name)) return
  shown.add(name)
  const beat = async (): Promise<never> => {
    for (;;) {
      // Never the same bytes, and so never the same ETag: by it who finds the deployment dead sees that it came back.
      const body = JSON.stringify({ id, beat: runtime.id() })
      const isWritten = await store.put(layout.deploy(id), Buffer.from(body), { contentType: 'application/json' }).then(
        () => true,
        () => false,
      )
      await runtime.sleep(isWritten ? HEARTBEAT_MS : RETRY_MS)
    }
  }
  void outside(beat)
}
