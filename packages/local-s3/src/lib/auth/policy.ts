import { S3Error } from '../http/errors.ts'
import { isRecord } from '../is-record.ts'

/** One statement of a policy, with what can be one or several as several. */
export interface PolicyStatement {
  readonly effect: 'Allow' | 'Deny'
  readonly principals: readonly string[]
  readonly actions: readonly string[]
  readonly resources: readonly string[]
  /** Operator → condition key → values. */
  readonly conditions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
}

/** What a request wants to do, in the words of policies. */
export interface Access {
  /** `*` for nobody in particular. */
  readonly principal: string
  /** As `s3:GetObject`. */
  readonly action: string
  /** As `arn:aws:s3:::bucket/key`. */
  readonly resource: string
  /** As `s3:prefix`. */
  readonly context: Readonly<Record<string, string | undefined>>
}

export type PolicyVerdict = 'allow' | 'deny' | 'silent'

const ELEMENTS = ['Sid', 'Effect', 'Principal', 'Action', 'Resource', 'Condition']
const OPERATORS = ['StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike']
/** A condition on anything else would silently never hold. */
const KEYS = ['s3:prefix', 's3:delimiter']

/** An explicit deny wins: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html */
export function judgeAccess(statements: readonly PolicyStatement[], access: Access): PolicyVerdict {
  const effects = statements.filter((statement) => applies(statement, access)).map(({ effect }) => effect)
  if (effects.includes('Deny')) return 'deny'
  return effects.includes('Allow') ? 'allow' : 'silent'
}

/** Parses the policy of a bucket; `MalformedPolicy` for what S3 would refuse, and for what this server cannot judge. */
export function parseBucketPolicy(document: string, bucket: string): PolicyStatement[] {
  const own = `arn:aws:s3:::${bucket}`
  return statementsOf(document).map((statement) => {
    const { Principal: principal } = statement
    const parsed = parseStatement(statement, texts(isRecord(principal) ? principal['AWS'] : principal, 'principal'))
    const isOwn = (resource: string): boolean => resource === own || resource.startsWith(`${own}/`) || isLike(resource, own)
    if (!parsed.resources.every(isOwn)) throw new S3Error('MalformedPolicy', 'Policy has invalid resource')
    return parsed
  })
}

/** Parses the policy of a user, which holds for that user alone and names nobody; `MalformedPolicy` as for a bucket's. */
export function parseIdentityPolicy(document: string): PolicyStatement[] {
  return statementsOf(document).map((statement) => {
    if ('Principal' in statement) throw new S3Error('MalformedPolicy', 'A policy of a user has no principal')
    return parseStatement(statement, ['*'])
  })
}

function statementsOf(document: string): Record<string, unknown>[] {
  const policy = parseJson(document)
  if (!isRecord(policy)) throw new S3Error('MalformedPolicy')
  const { Statement: statements } = policy
  return (Array.isArray(statements) ? statements : [statements]).map((statement: unknown) => {
    if (!isRecord(statement)) throw new S3Error('MalformedPolicy')
    const unknown = Object.keys(statement).find((name) => !ELEMENTS.includes(name))
    if (unknown !== undefined) throw new S3Error('MalformedPolicy', `This server does not know the element ${unknown}`)
    return statement
  })
}

function parseStatement(statement: Record<string, unknown>, principals: readonly string[]): PolicyStatement {
  const { Effect: effect, Action: action, Resource: resource, Condition: conditions = {} } = statement
  if (effect !== 'Allow' && effect !== 'Deny') throw new S3Error('MalformedPolicy', 'Invalid effect')
  return {
    effect,
    principals,
    actions: texts(action, 'action'),
    resources: texts(resource, 'resource'),
    conditions: parseConditions(conditions),
  }
}

function parseConditions(conditions: unknown): PolicyStatement['conditions'] {
  if (!isRecord(conditions)) throw new S3Error('MalformedPolicy', 'Invalid condition')
  const parsed = Object.entries(conditions).map(([operator, wanted]) => {
    if (!OPERATORS.includes(operator)) {
      throw new S3Error('MalformedPolicy', `This server does not know the condition ${operator}`)
    }
    if (!isRecord(wanted)) throw new S3Error('MalformedPolicy', 'Invalid condition')
    const values = Object.entries(wanted).map(([name, value]) => {
      if (!KEYS.includes(name)) throw new S3Error('MalformedPolicy', `This server does not know the condition key ${name}`)
      return [name, texts(value, 'condition')] as const
    })
    return [operator, Object.fromEntries(values)] as const
  })
  return Object.fromEntries(parsed)
}

function texts(value: unknown, what: string): readonly string[] {
  const all: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (all.length > 0 && all.every((text) => typeof text === 'string')) return all
  throw new S3Error('MalformedPolicy', `Invalid ${what}`)
}

function applies({ principals, actions, resources, conditions }: PolicyStatement, access: Access): boolean {
  return (
    principals.some((principal) => principal === '*' || principal === access.principal) &&
    actions.some((action) => isLike(action.toLowerCase(), access.action.toLowerCase())) &&
    resources.some((resource) => isLike(resource, access.resource)) &&
    Object.entries(conditions).every(([operator, wanted]) =>
      Object.entries(wanted).every(([name, values]) => holds(operator, values, access.context[name])),
    )
  )
}

function holds(operator: string, values: readonly string[], found: string | undefined): boolean {
  const isNegated = operator.includes('Not')
  const isMet =
    found !== undefined && values.some((value) => (operator.endsWith('Like') ? isLike(value, found) : value === found))
  return isMet !== isNegated
}

/** `*` is any text and `?` any character. */
function isLike(pattern: string, text: string): boolean {
  const source = pattern.replaceAll(/[^*?]/g, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
  return new RegExp(`^${source.replaceAll('*', '[^]*').replaceAll('?', '[^]')}$`, 'u').test(text)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new S3Error('MalformedPolicy')
  }
}
