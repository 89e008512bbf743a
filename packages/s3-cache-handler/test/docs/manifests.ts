import { resolveOptions } from '../../src/lib/options/resolve-options.ts'
import { isSettable } from './variables.ts'

/** What a document says at a path; undefined where it does not go so deep. */
export const at = (value: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>((inner, name) => (inner as Record<string | number, unknown> | null | undefined)?.[name], value)

/** A text there; an empty one for anything else. */
export function textAt(value: unknown, ...path: readonly (string | number)[]): string {
  const found = at(value, ...path)
  return typeof found === 'string' ? found : ''
}

export const listAt = (value: unknown, ...path: readonly (string | number)[]): readonly unknown[] => {
  const found = at(value, ...path)
  return Array.isArray(found) ? found : []
}

/** The pairs of an object; none for anything else. */
export const pairsAt = (value: unknown, ...path: readonly (string | number)[]): (readonly [string, unknown])[] =>
  Object.entries((at(value, ...path) as Readonly<Record<string, unknown>> | undefined) ?? {})

/** A pair of a list such as the environment of a container. */
export const pairAt = (value: unknown, name: string): unknown =>
  at(
    listAt(value, 'environment').find((pair) => at(pair, 'name') === name),
    'value',
  )

/** Seconds that a process must be given to end, beside what its requests take. */
export const DRAIN_SECONDS: number = resolveOptions({ env: {} }).drainMs / 1000

const API_VERSIONS: Readonly<Record<string, string>> = {
  ConfigMap: 'v1',
  CronJob: 'batch/v1',
  Deployment: 'apps/v1',
  Job: 'batch/v1',
  Service: 'v1',
  ServiceAccount: 'v1',
}
/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
const NAME = /^[a-z\d]([-a-z\d]*[a-z\d])?$/

/** What is wrong with the manifests of one page, which refer to each other: what Kubernetes would refuse, or never match. */
export function problemsOfManifests(manifests: readonly unknown[]): string[] {
  return manifests.flatMap((manifest) => {
    const kind = textAt(manifest, 'kind')
    const name = textAt(manifest, 'metadata', 'name')
    const apiVersion = textAt(manifest, 'apiVersion')
    const problems = [
      ...unless(API_VERSIONS[kind] === apiVersion, `apiVersion ${apiVersion}`),
      ...unless(NAME.test(name), `name ${name}`),
      ...(CHECKS[kind]?.(manifest, manifests) ?? []),
    ]
    return problems.map((problem) => `${kind} ${name}: ${problem}`)
  })
}

type Check = (manifest: unknown, manifests: readonly unknown[]) => string[]

const CHECKS: Readonly<Record<string, Check>> = {
  ConfigMap: (manifest) =>
    pairsAt(manifest, 'data').flatMap(([name, value]) => [
      ...unless(isSettable(name), `variable ${name}`),
      ...unless(typeof value === 'string', `${name} is no text`),
    ]),
  Deployment: (manifest, manifests) => [
    ...unless(isPart(at(manifest, 'spec', 'selector', 'matchLabels'), labelsOf(manifest)), 'selects no pod of its own'),
    ...problemsOfPod(at(manifest, 'spec', 'template', 'spec'), manifests),
    ...problemsOfEnd(at(manifest, 'spec', 'template', 'spec')),
  ],
  Service: (manifest, manifests) => {
    const selected = manifests.filter((other) => isPart(at(manifest, 'spec', 'selector'), labelsOf(other)))
    const ports = selected.flatMap((other) => portsOf(at(other, 'spec', 'template', 'spec')))
    const targets = listAt(manifest, 'spec', 'ports').map((port) => textAt(port, 'targetPort'))
    return targets.flatMap((target) => unless(ports.includes(target), `no pod has the port ${target}`))
  },
  Job: (manifest, manifests) => problemsOfJob(manifest, manifests),
  CronJob: (manifest, manifests) => [
    ...unless(textAt(manifest, 'spec', 'schedule').split(' ').length === 5, 'schedule'),
    ...problemsOfJob(at(manifest, 'spec', 'jobTemplate'), manifests),
  ],
}

const unless = (isWell: boolean, problem: string): string[] => (isWell ? [] : [problem])

const labelsOf = (manifest: unknown): unknown => at(manifest, 'spec', 'template', 'metadata', 'labels')

/** Whether something is asked for, and all of it is there. */
const isPart = (wanted: unknown, labels: unknown): boolean =>
  pairsAt(wanted).length > 0 && pairsAt(wanted).every(([name, value]) => at(labels, name) === value)

const portsOf = (pod: unknown): string[] =>
  listAt(pod, 'containers').flatMap((container) => listAt(container, 'ports').map((port) => textAt(port, 'name')))

function problemsOfJob(job: unknown, manifests: readonly unknown[]): string[] {
  const pod = at(job, 'spec', 'template', 'spec')
  const restartPolicy = textAt(pod, 'restartPolicy')
  return [
    ...unless(['Never', 'OnFailure'].includes(restartPolicy), `restartPolicy ${restartPolicy}`),
    ...problemsOfPod(pod, manifests),
  ]
}

function problemsOfPod(pod: unknown, manifests: readonly unknown[]): string[] {
  const has = (kind: string, name: unknown): boolean =>
    manifests.some((other) => at(other, 'kind') === kind && at(other, 'metadata', 'name') === name)
  const account = textAt(pod, 'serviceAccountName')
  const containers = listAt(pod, 'containers')
  return [
    ...unless(containers.length > 0, 'no container'),
    ...unless(account === '' || has('ServiceAccount', account), `no service account ${account}`),
    ...containers.flatMap((container) => [
      ...unless(NAME.test(textAt(container, 'name')), 'a container without a name'),
      ...unless(textAt(container, 'image') !== '', 'a container without an image'),
      ...listAt(container, 'env').flatMap((one) =>
        unless(isSettable(textAt(one, 'name')), `variable ${textAt(one, 'name')}`),
      ),
      ...listAt(container, 'envFrom').flatMap((one) =>
        unless(has('ConfigMap', at(one, 'configMapRef', 'name')), 'no such ConfigMap'),
      ),
      ...['readinessProbe', 'livenessProbe', 'startupProbe']
        .filter((probe) => at(container, probe) !== undefined)
        .flatMap((probe) => unless(portsOf(pod).includes(textAt(container, probe, 'httpGet', 'port')), probe)),
    ]),
  ]
}

/** The grace period begins with `preStop`: https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/ */
function problemsOfEnd(pod: unknown): string[] {
  const pauses = listAt(pod, 'containers').map((container) =>
    Number(listAt(container, 'lifecycle', 'preStop', 'exec', 'command')[1] ?? 0),
  )
  const left = Number(at(pod, 'terminationGracePeriodSeconds') ?? 30) - Math.max(0, ...pauses)
  // As long again for the requests that are being answered.
  return unless(left >= 2 * DRAIN_SECONDS, `${left} s are left to end in`)
}
