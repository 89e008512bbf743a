import { describe, expect, it } from 'vitest'
import { parse as parseToml } from 'smol-toml'
import { parseAllDocuments } from 'yaml'
import { at, listAt, pairAt, pairsAt, textAt } from './manifests.ts'
import { fencesOf, pageAt } from './pages.ts'
import { commandsOf } from './shell.ts'

const page = pageAt('docs/deploying.md')
const commands = commandsOf(page).map(({ words }) => words)
const textsIn = (language: string): string[] =>
  fencesOf(page).flatMap((fence) => (fence.language === language ? [fence.text] : []))
const manifests = textsIn('yaml').flatMap((text) =>
  parseAllDocuments(text).map((document) => ({
    file: /^# (\S+)$/m.exec(text)?.[1],
    value: document.toJS() as unknown,
  })),
)
const tasks = textsIn('json').map((text) => JSON.parse(text) as unknown)

/** What stands behind a flag, of all commands that begin so. */
const flagsOf = (begin: string, flag: string): string[] =>
  commands.filter((words) => words.join(' ').startsWith(`${begin} `)).flatMap((words) => flagIn(words, flag))

const flagIn = (words: readonly string[], flag: string): string[] =>
  words.flatMap((word, index) => {
    if (word === flag) return [words[index + 1] ?? '']
    return word.startsWith(`${flag}=`) ? [word.slice(flag.length + 1)] : []
  })

/** Every text below a name, however deep. */
function textsBelow(value: unknown, name: string): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    key === name && typeof inner === 'string' ? [inner] : textsBelow(inner, name),
  )
}

describe('a container', () => {
  it('is built from a folder without its secrets, and without what is built anew', () => {
    const [ignored] = textsIn('gitignore').map((text) => text.split('\n'))
    const secrets = commands
      .flatMap((words) => [...flagIn(words, '--env-file'), ...flagIn(words, '--secret')])
      .map((value) => /src=([^,]+)/.exec(value)?.[1] ?? value)
    expect(new Set(secrets)).toEqual(new Set(['actions-key', 'cache.env']))
    expect(ignored).toEqual(expect.arrayContaining([...secrets, '.git', '.next', 'node_modules']))
  })

  it('can write what Next 15 keeps on disk', () => {
    const [dockerfile = ''] = textsIn('dockerfile')
    const [, tools = ''] = /^FROM build AS tools\n([^]*?)^FROM/m.exec(dockerfile) ?? []
    expect(tools).toMatch(/^RUN .*chown node \.next\/cache\nUSER /m)
    expect(dockerfile).toMatch(/^COPY --from=build --chown=node \/app\/\.next\/standalone \.\/$/m)
  })

  it('runs an image that a command has built or pushed', () => {
    const there = [
      ...flagsOf('docker build', '-t'),
      ...commands.flatMap(([docker, verb, name = '']) => (docker === 'docker' && verb === 'push' ? [name] : [])),
      ...flagsOf('fly deploy', '--image-label').map((label) => `registry.fly.io/my-app:${label}`),
    ]
    const used = [
      ...manifests.flatMap(({ value }) => textsBelow(value, 'image')),
      // A registry of another kind, to which they are pushed in the same way.
      ...textsBelow(tasks, 'image').map((image) =>
        image.replace(/^\d+\.dkr\.ecr\.[\w-]+\.amazonaws\.com/, 'registry.example.com'),
      ),
      ...flagsOf('kubectl run', '--image'),
      ...commands.flat().filter((word) => word.startsWith('registry.')),
    ]
    expect(used.length).toBeGreaterThan(8)
    expect(used.filter((image) => !there.includes(image) && !image.startsWith('minio/'))).toEqual([])
  })

  it('has the rules for what is past its time, wherever it has a bucket that has tags', () => {
    const settings = [
      ...textsIn('dotenv').map((text) => Object.fromEntries(text.split('\n').map((line) => line.split('=')))),
      ...manifests.flatMap(({ value }) => [
        at(value, 'data'),
        ...pairsAt(value, 'services').map(([, service]) => at(service, 'environment')),
      ]),
      ...tasks.flatMap((task) =>
        listAt(task, 'containerDefinitions').map((container) => ({
          CACHE_S3_BUCKET: pairAt(container, 'CACHE_S3_BUCKET'),
          CACHE_EXPIRY_TAGS: pairAt(container, 'CACHE_EXPIRY_TAGS'),
        })),
      ),
    ].filter((variables) => at(variables, 'CACHE_S3_BUCKET') !== undefined)
    expect(settings.length).toBeGreaterThan(4)
    expect(settings.map((variables) => at(variables, 'CACHE_EXPIRY_TAGS'))).toEqual(settings.map(() => '1'))
    const policies = commandsOf(page).filter(({ text }) => text.includes('s3-cache policy'))
    expect(policies.map(({ env }) => env['CACHE_EXPIRY_TAGS'])).toEqual(['1'])
  })
})

it('what is shown for Kubernetes is applied, and the seed waited for before the app', () => {
  const files = manifests.flatMap(({ file, value }) => (at(value, 'apiVersion') === undefined ? [] : [file]))
  const applied = flagsOf('kubectl apply', '-f')
  expect(new Set(applied)).toEqual(new Set(files))
  const job = manifests.find(({ value }) => at(value, 'kind') === 'Job')
  const order = commands.map((words) => words.join(' '))
  const waited = order.findIndex(
    (line) => line.startsWith('kubectl wait ') && line.endsWith(` job/${textAt(job?.value, 'metadata', 'name')}`),
  )
  expect(order[waited - 1]).toBe(`kubectl apply -f ${job?.file}`)
  expect(order.slice(waited + 1)).toContain('kubectl apply -f my-app.yaml')
})

it('what tasks and commands of ECS refer to is made by a command', () => {
  const clusters = flagsOf('aws ecs', '--cluster')
  expect(clusters.length).toBeGreaterThan(2)
  expect(new Set(clusters)).toEqual(new Set(flagsOf('aws ecs create-cluster', '--cluster-name')))
  expect(flagsOf('aws ecs update-service', '--service')).toEqual(flagsOf('aws ecs create-service', '--service-name'))
  expect(textsBelow(tasks, 'awslogs-group')).toEqual(flagsOf('aws logs create-log-group', '--log-group-name'))
})

it('what runs on Fly belongs to the app, and has its settings, its region and memory enough', () => {
  const [file] = textsIn('toml').map((text) => parseToml(text))
  const app = textAt(file, 'app')
  const created = commands.flatMap(([fly, apps, create, name]) =>
    `${fly} ${apps} ${create}` === 'fly apps create' ? [name] : [],
  )
  expect(created).toEqual([app])
  const machines = commands.filter((words) => words.join(' ').startsWith('fly machine run '))
  expect(machines.map((words) => [flagIn(words, '--app'), flagIn(words, '--env')])).toEqual(
    machines.map(() => [[app], pairsAt(file, 'env').map(([name, value]) => `${name}=${String(value)}`)]),
  )
  expect(machines.map((words) => flagIn(words, '--region'))).toEqual(
    machines.map(() => [textAt(file, 'primary_region')]),
  )
  expect(machines.map((words) => flagIn(words, '--vm-memory'))).toEqual(machines.map(() => ['512']))
  expect(listAt(file, 'vm').map((vm) => textAt(vm, 'memory'))).toEqual(['1gb'])
  const run = machines.map((words) => words.slice(words.indexOf('s3-cache') + 1, words.indexOf('s3-cache') + 2))
  expect(run).toEqual([['seed'], ['gc']])
})
