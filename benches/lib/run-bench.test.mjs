import { execFile } from 'node:child_process'
import { expect, it } from 'vitest'

/** A bench that says it has measured this, in a process of its own: what it prints, and what it ends with. */
function runMadeUp(values, ...flags) {
  const script = `
    import { runBench } from ${JSON.stringify(new URL('run-bench.mjs', import.meta.url).href)}
    await runBench({
      title: 'Made up',
      measure: async () => (${JSON.stringify(values)}),
      describe: () => 'A table.',
      claims: ({ ratio, lost }) => [
        { claim: 'ours / theirs', value: ratio, atLeast: 0.97 },
        { claim: 'lost', value: lost, atMost: 0 },
      ],
    })`
  return new Promise((resolve) => {
    execFile(process.execPath, ['--input-type=module', '-e', script, '--', ...flags], (error, stdout) =>
      resolve({ status: error?.code ?? 0, stdout }),
    )
  })
}

it('prints each claim with its value and its bound, after the tables', async () => {
  const { status, stdout } = await runMadeUp({ ratio: 1.042, lost: 0 })
  const [, claims] = stdout.split('A table.')
  expect(claims).toContain('| ours / theirs | 1.042 | >= 0.970 | met |')
  expect(claims).toContain('| lost | 0 | <= 0 | met |')
  expect(status).toBe(0)
})

it('fails when a claim is missed', async () => {
  const { status, stdout } = await runMadeUp({ ratio: 0.9699, lost: 0 })
  expect(stdout).toContain('| ours / theirs | 0.970 | >= 0.970 | **missed** |')
  expect(status).toBe(1)
  expect(await runMadeUp({ ratio: 1, lost: 1 }, '--json')).toMatchObject({ status: 1 })
})

it('does not judge by the rounds of --quick', async () => {
  const { status, stdout } = await runMadeUp({ ratio: 0.5, lost: 3 }, '--quick')
  expect(stdout).toContain('**missed**')
  expect(status).toBe(0)
})

it('prints the numbers and the claims as JSON', async () => {
  const { stdout } = await runMadeUp({ ratio: 1, lost: 0 }, '--json')
  expect(JSON.parse(stdout)).toEqual({
    results: { ratio: 1, lost: 0 },
    claims: [
      { claim: 'ours / theirs', value: 1, atLeast: 0.97 },
      { claim: 'lost', value: 0, atMost: 0 },
    ],
  })
})
