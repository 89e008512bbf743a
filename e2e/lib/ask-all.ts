import type { Instance } from './stage.ts'
import type { Visit } from './visit.ts'

/** As browsers behind a load balancer ask: so many requests at once. */
const AT_ONCE = 10

export interface Answer extends Visit {
  readonly path: string
  readonly instance: Instance
}

/** Asks the instances in turn for these paths. Resolves with the answers in the order of the paths. */
export async function askAll(instances: readonly Instance[], paths: readonly string[]): Promise<Answer[]> {
  const answers: Answer[] = []
  let next = 0
  const ask = async (): Promise<void> => {
    for (let index = next++; index < paths.length; index = next++) {
      const [path, instance] = [paths[index], instances[index % instances.length]]
      if (path === undefined || instance === undefined) throw new Error('Nothing to ask, or nobody')
      answers[index] = { ...(await instance.visit(path)), path, instance }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, ask))
  return answers
}
