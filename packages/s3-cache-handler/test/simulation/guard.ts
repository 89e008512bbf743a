import type { ObjectStore } from '../../src/lib/object-store/object-store.ts'
import type { Machine } from './machine.ts'
import type { World } from './world.ts'

const ATTEMPTS = 3
const LONGEST_PAUSE_MS = 100

/**
 * As the package's own wrappers around its store, which wait in real time: what failed in passing is tried again, and
 * all of it takes `timeoutMs` at most.
 * @param onFailure Called with the key of what failed in the end.
 */
export function guard(
  world: World,
  machine: Machine,
  store: ObjectStore,
  onFailure: (key: string) => void,
): ObjectStore {
  const { modules, settings, scheduler, random } = world
  const { ObjectStoreError } = modules.errors
  return modules.intercept.intercept(store, (call, run) => {
    let isOver = false
    const failed = (error: unknown): void => {
      isOver = true
      onFailure(call.key)
      world.log(`${machine.name} ${call.operation} ${call.key}: ${String((error as { code?: string }).code)}`)
    }
    return new Promise((resolve, reject) => {
      const timer = scheduler.after(settings.timeoutMs, () =>
        machine.deliver(() => {
          if (isOver) return
          const error = new ObjectStoreError('ERR_OBJECT_STORE_TIMEOUT', 'timed out', call)
          failed(error)
          reject(error)
        }),
      )
      const tryOnce = async (attempt: number): Promise<void> => {
        try {
          const result = await run(call.signal)
          if (isOver) return
          isOver = true
          timer.cancel()
          resolve(result)
        } catch (error) {
          if (isOver) return
          const isTransient = error instanceof ObjectStoreError && error.isTransient
          if (isTransient && call.isRepeatable && attempt < ATTEMPTS) {
            await machine.sleep(random.int(1, LONGEST_PAUSE_MS))
            // What a deadline gave up is not tried again.
            return isOver ? undefined : tryOnce(attempt + 1)
          }
          timer.cancel()
          failed(error)
          reject(error)
        }
      }
      void tryOnce(1)
    })
  })
}
