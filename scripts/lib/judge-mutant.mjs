import { playwrightTests } from './read-report.mjs'

/**
 * What a mutant must not get away with.
 * @typedef {object} Expectation
 * @property {string[]} mustFail Names of tests that must fail.
 * @property {string} [everyTagged] Each test with this tag must be among them.
 * @property {number} [share] So much of all cache tests must fail.
 */

/**
 * Compares what a mutant failed with what it must fail. Failures count only while the control tests pass: a server that
 * never started fails everything and proves nothing.
 * @param {string} mutant
 * @param {Expectation} expectation
 * @param {import('./read-report.mjs').PlaywrightJson} json
 * @returns {{ name: string, ok: boolean }[]}
 */
export function judgeMutant(mutant, { mustFail, everyTagged, share }, json) {
  const tests = playwrightTests(json).map(({ name, tags, test }) => ({ name, tags, status: test.status }))
  const controls = tests.filter(({ tags }) => tags.includes('control'))
  const check = (name, ok) => ({ name: `mutant ${mutant} ${name}`, ok })
  return [
    check('leaves control tests to run', controls.length > 0),
    ...controls.map(({ name, status }) => check(`passes the control: ${name}`, status === 'expected')),
    ...mustFail.map((name) =>
      check(`fails: ${name}`, tests.find((test) => test.name === name)?.status === 'unexpected'),
    ),
    ...unlisted(tests, everyTagged, mustFail).map((name) => check(`has in its list: ${name}`, false)),
    ...(share === undefined ? [] : [check(`fails ${share * 100} % of the cache tests`, failedShare(tests) >= share)]),
  ]
}

function unlisted(tests, tag, listed) {
  return tests.filter(({ name, tags }) => tags.includes(tag) && !listed.includes(name)).map(({ name }) => name)
}

function failedShare(tests) {
  const cacheTests = tests.filter(({ tags }) => tags.includes('cache'))
  return cacheTests.filter(({ status }) => status === 'unexpected').length / cacheTests.length
}
