import { isExternal } from './lib/credentials.ts'
import { buildApp } from './lib/build-app.ts'
import { BUILDS } from './lib/builds.ts'
import { renderOn } from './lib/render-on.ts'
import type { Stage } from './lib/stage.ts'
import { expect, test } from './lib/test.ts'

test.skip(isExternal, 'needs a bucket of its own')

type BuildName = keyof typeof BUILDS

test('two builds with build IDs of their own never serve each other', async ({ stage }) => {
  const ids = await expectApart(stage, 'story', 'bare', 'configured')
  expect(ids[0]).not.toBe(ids[1])
})

test('two builds with a deploymentId never serve each other, although their build ID is the same', async ({
  stage,
}) => {
  const ids = await expectApart(stage, 'posts', 'red', 'blue')
  expect(ids[0]).toBe(ids[1])
})

/** Runs two builds on one bucket, after each other and together. Answers their build IDs. */
async function expectApart(stage: Stage, route: string, older: BuildName, newer: BuildName): Promise<[string, string]> {
  const bucket = await stage.bucket()
  const builds = { [older]: await buildApp(BUILDS[older]), [newer]: await buildApp(BUILDS[newer]) }
  const start = (name: BuildName) => stage.instance({ name, build: builds[name]!, env: bucket.env })
  const [path, together] = [`/${route}/after-each-other`, `/${route}/together`]

  const first = await start(older)
  const ofOlder = await renderOn(first, path, bucket)
  expect(ofOlder).toMatchObject({ cache: 'MISS', build: older })
  await first.stop()

  const second = await start(newer)
  expect(await renderOn(second, path, bucket)).toMatchObject({ cache: 'MISS', build: newer })

  // The control: it is the build that keeps them apart, not the process.
  const third = await start(older)
  expect(await third.visit(path)).toMatchObject({ cache: 'HIT', build: older, render: ofOlder.render })

  for (let round = 0; round < 10; round += 1) {
    const [ofThird, ofSecond] = await Promise.all([third.visit(together), second.visit(together)])
    expect(ofThird).toMatchObject({ status: 200, build: older })
    expect(ofSecond).toMatchObject({ status: 200, build: newer })
  }
  return [builds[older]!.id, builds[newer]!.id]
}
