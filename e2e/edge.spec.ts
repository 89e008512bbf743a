import { buildApp } from './lib/build-app.ts'
import { BUILDS } from './lib/builds.ts'
import { renderOn } from './lib/render-on.ts'
import type { Stage } from './lib/stage.ts'
import { expect, test } from './lib/test.ts'

test('an app with an edge route and middleware, built with Turbopack, answers and caches', async ({ stage }) => {
  await expectAnswers(stage, 'edge')
})

test('an app with an edge route and middleware, built with webpack, answers and caches', async ({ stage }) => {
  await expectAnswers(stage, 'edgeWebpack')
})

async function expectAnswers(stage: Stage, name: 'edge' | 'edgeWebpack'): Promise<void> {
  const [build, bucket] = await Promise.all([buildApp(BUILDS[name]), stage.bucket()])
  const instance = await stage.instance({ name, build, env: bucket.env })
  const onEdge = await instance.visit('/edge')
  expect(onEdge).toMatchObject({ status: 200 })
  expect(JSON.parse(onEdge.body.toString())).toEqual({ runtime: 'edge' })

  const first = await renderOn(instance, '/story/beside-edge', bucket)
  expect(first).toMatchObject({ status: 200, cache: 'MISS' })
  expect(first.headers.get('x-middleware-runtime')).toBe('edge')
  expect(await instance.visit('/story/beside-edge')).toMatchObject({ cache: 'HIT', render: first.render })
}
