import type { Bucket } from './bucket.ts'
import { buildApp, type BuiltApp } from './build-app.ts'
import { BUILDS } from './builds.ts'
import type { Origin } from './origin.ts'
import type { Instance, Stage } from './stage.ts'

/** Two instances of one build on one bucket. */
export interface Fleet {
  readonly build: BuiltApp
  readonly bucket: Bucket
  readonly origin: Origin
  readonly a: Instance
  readonly b: Instance
  /** The environment of an instance of this fleet. */
  readonly env: Readonly<Record<string, string>>
}

export async function startFleet(stage: Stage): Promise<Fleet> {
  const [build, bucket, origin] = await Promise.all([buildApp(BUILDS.isr), stage.bucket(), stage.origin()])
  const env = { ...bucket.env, ORIGIN_URL: origin.url }
  const [a, b] = await Promise.all([
    stage.instance({ name: 'A', build, env }),
    stage.instance({ name: 'B', build, env }),
  ])
  return { build, bucket, origin, a, b, env }
}
