import { isSettable } from './variables.ts'

/** Those that are in use: https://docs.docker.com/reference/dockerfile/ */
const INSTRUCTIONS = ['ARG', 'CMD', 'COPY', 'ENV', 'EXPOSE', 'FROM', 'RUN', 'USER', 'WORKDIR']

/** What is wrong with a Dockerfile: what Docker would refuse, and what keeps a signal from the process. */
export function problemsOfDockerfile(text: string): string[] {
  const lines = text
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ line, name: line.split(' ')[0] ?? '', rest: line.slice(line.indexOf(' ') + 1) }))
  const stages: string[] = []
  const problems: string[] = []
  for (const { line, name, rest } of lines) {
    if (!INSTRUCTIONS.includes(name)) problems.push(`unknown: ${line}`)
    if (stages.length === 0 && name !== 'FROM' && name !== 'ARG') problems.push(`before the first stage: ${line}`)
    if (name === 'FROM') {
      const [, image = '', stage] = /^(\S+)(?: AS (\S+))?$/.exec(rest) ?? []
      if (image === '' || !(image.includes(':') || stages.includes(image))) problems.push(`no image: ${line}`)
      stages.push(stage ?? '')
    }
    const from = /--from=(\S+)/.exec(rest)?.[1]
    if (from !== undefined && !stages.slice(0, -1).includes(from)) problems.push(`no such stage: ${line}`)
    if (name === 'CMD' && !isListOfTexts(rest)) problems.push(`in a shell: ${line}`)
    if (name === 'ENV') problems.push(...unknownIn(rest))
    // https://kubernetes.io/docs/concepts/security/pod-security-standards/: a name may be root's.
    if (name === 'USER' && !/^[1-9]\d*$/.test(rest)) problems.push(`no number but 0: ${line}`)
  }
  if (lines.at(-1)?.name !== 'CMD') problems.push('the last stage starts nothing')
  return problems
}

const unknownIn = (pairs: string): string[] =>
  Array.from(pairs.matchAll(/(\w+)=\S+/g), ([, name = '']) => name)
    .filter((name) => !isSettable(name))
    .map((name) => `variable ${name}`)

/** Docker takes anything else for a line of a shell, which passes no signal on. */
function isListOfTexts(text: string): boolean {
  try {
    const list: unknown = JSON.parse(text)
    return Array.isArray(list) && list.every((word) => typeof word === 'string')
  } catch {
    return false
  }
}
