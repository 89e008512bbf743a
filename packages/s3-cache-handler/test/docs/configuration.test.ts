import { readFileSync } from 'node:fs'
import { parse as parseHcl } from '@cdktf/hcl2json'
import { parse as parseToml } from 'smol-toml'
import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { policyFor } from '../../src/lib/policy/policy.ts'
import { toTerraform } from '../../src/lib/policy/terraform.ts'
import { problemsOfDockerfile } from './dockerfile.ts'
import { at, DRAIN_SECONDS, listAt, pairAt, pairsAt, problemsOfManifests } from './manifests.ts'
import { fencesIn, ROOT } from './pages.ts'
import { isSettable } from './variables.ts'

const PLACE = { bucket: 'my-app-cache', prefix: 'shop/' }

const documents = fencesIn('yaml').flatMap(({ page, text }) =>
  parseAllDocuments(text).map((document) => ({ page, errors: document.errors, value: document.toJS() as unknown })),
)
const jsons = fencesIn('json').map(({ page, text }) => ({ page, value: JSON.parse(text) as unknown }))
const unknown = (names: readonly unknown[]): unknown[] => names.filter((name) => !isSettable(String(name)))

describe('YAML', () => {
  it('can be parsed', () => {
    expect(documents.flatMap(({ errors }) => errors)).toEqual([])
    expect(documents.length).toBeGreaterThan(5)
  })

  it('that is a manifest of Kubernetes fits together, and leaves time to end', () => {
    const manifests = documents.filter(({ value }) => at(value, 'apiVersion') !== undefined)
    const pages = [...new Set(manifests.map(({ page }) => page))]
    const problems = pages.flatMap((page) =>
      problemsOfManifests(manifests.filter((one) => one.page === page).map(({ value }) => value)),
    )
    expect(problems).toEqual([])
    const kinds = manifests.map(({ value }) => at(value, 'kind'))
    expect(kinds).toEqual(expect.arrayContaining(['ServiceAccount', 'Deployment', 'Service', 'Job', 'CronJob']))
  })

  it('of Compose sets variables that are read, on the MinIO of our tests', () => {
    const services = documents.flatMap(({ value }) => pairsAt(value, 'services').map(([, service]) => service))
    const [, image] = /DEFAULT_IMAGE = '(.+)'/.exec(readFileSync(`${ROOT}scripts/lib/s3-servers.mjs`, 'utf8')) ?? []
    expect(services.map((service) => at(service, 'image'))).toContain(image)
    expect(unknown(services.flatMap((service) => pairsAt(service, 'environment').map(([name]) => name)))).toEqual([])
  })
})

describe('JSON', () => {
  it('that is a policy is what the command prints', () => {
    const policies = jsons.filter(({ value }) => at(value, 'Statement', 0, 'Sid') === 'CacheObjects')
    expect(policies.map(({ value }) => value)).toEqual([policyFor(PLACE, 'app')])
  })

  it('that is a task of ECS has what ECS asks for, and leaves time to end', () => {
    const tasks = jsons.map(({ value }) => value).filter((value) => at(value, 'containerDefinitions') !== undefined)
    expect(tasks.length).toBeGreaterThan(0)
    for (const task of tasks) {
      const arn = /^arn:aws:iam::\d{12}:role\/[\w-]+$/
      expect(task).toMatchObject({
        family: expect.stringMatching(/^[\w-]+$/),
        networkMode: 'awsvpc',
        cpu: expect.stringMatching(/^\d+$/),
        memory: expect.stringMatching(/^\d+$/),
        taskRoleArn: expect.stringMatching(arn),
        executionRoleArn: expect.stringMatching(arn),
      })
      for (const container of listAt(task, 'containerDefinitions')) {
        expect(container).toMatchObject({ name: expect.any(String), image: expect.any(String) })
        expect(unknown(listAt(container, 'environment').map((pair) => at(pair, 'name')))).toEqual([])
        expect(at(container, 'stopTimeout')).toBeGreaterThanOrEqual(2 * DRAIN_SECONDS)
        // Fargate sets it itself: the server would not listen where the health check asks.
        expect(pairAt(container, 'HOSTNAME')).toBe('0.0.0.0')
        // The most on Fargate.
        expect(at(container, 'stopTimeout')).toBeLessThanOrEqual(120)
      }
    }
  })

  it('that overrides a container names one of the task', () => {
    const names = (key: string): unknown[] =>
      jsons.flatMap(({ value }) => listAt(value, key).map((container) => at(container, 'name')))
    expect(names('containerOverrides').length).toBeGreaterThan(0)
    expect(names('containerOverrides').filter((name) => !names('containerDefinitions').includes(name))).toEqual([])
  })
})

it('HCL can be parsed, with the document that the command prints, and refers to what is there', async () => {
  const texts = fencesIn('hcl').map(({ text }) => text)
  expect(texts.length).toBeGreaterThan(0)
  for (const text of texts) {
    const { data, resource } = await parseHcl('docs.tf', `${text}\n${toTerraform(policyFor(PLACE, 'app'))}`)
    const of = (kind: unknown): string[] =>
      pairsAt(kind).flatMap(([type, names]) => pairsAt(names).map(([name]) => `${type}.${name}`))
    const known = [...of(resource), ...of(data).map((name) => `data.${name}`)]
    const used = Array.from(text.matchAll(/= ((?:data\.)?aws_\w+\.\w+)/g), ([, name]) => name)
    expect(used.length).toBeGreaterThan(0)
    expect(used.filter((name) => !known.includes(name ?? ''))).toEqual([])
  }
})

it('TOML of Fly sets variables that are read, and leaves time to end', () => {
  const files = fencesIn('toml').map(({ text }) => parseToml(text))
  expect(files.length).toBeGreaterThan(0)
  for (const file of files) {
    expect(unknown(pairsAt(file, 'env').map(([name]) => name))).toEqual([])
    expect(file).toMatchObject({
      app: expect.any(String),
      kill_signal: 'SIGTERM',
      http_service: { internal_port: 3000 },
    })
    expect(at(file, 'kill_timeout')).toBeGreaterThanOrEqual(2 * DRAIN_SECONDS)
  }
})

it('files of variables set those that are read', () => {
  const lines = fencesIn('dotenv').flatMap(({ text }) => text.split('\n').filter(Boolean))
  expect(lines.length).toBeGreaterThan(10)
  expect(lines.filter((line) => !/^\w+=\S+$/.test(line))).toEqual([])
  expect(unknown(lines.map((line) => line.split('=')[0]))).toEqual([])
})

it('Dockerfiles have stages that exist, and start what gets the signals', () => {
  const files = fencesIn('dockerfile')
  expect(files.length).toBeGreaterThan(0)
  expect(files.flatMap(({ text }) => problemsOfDockerfile(text))).toEqual([])
})

it('finds what is wrong: the checks of this file can fail', () => {
  expect(
    problemsOfDockerfile(
      'FROM node:24\nCPOY . .\nCOPY --from=biuld /a /b\nENV CACHE_BUKET=a\nUSER node\nCMD node server.js',
    ),
  ).toEqual([
    'unknown: CPOY . .',
    'no such stage: COPY --from=biuld /a /b',
    'variable CACHE_BUKET',
    'no number but 0: USER node',
    'in a shell: CMD node server.js',
  ])
  const pod = { metadata: { labels: { app: 'a' } }, spec: { terminationGracePeriodSeconds: 5, containers: [{}] } }
  const deployment = {
    apiVersion: 'v1',
    kind: 'Deployment',
    metadata: { name: 'A' },
    spec: { selector: { matchLabels: { app: 'b' } }, template: pod },
  }
  expect(problemsOfManifests([deployment])).toEqual(
    [
      'apiVersion v1',
      'name A',
      'selects no pod of its own',
      'a container without a name',
      'a container without an image',
      '5 s are left to end in',
    ].map((problem) => `Deployment A: ${problem}`),
  )
})
