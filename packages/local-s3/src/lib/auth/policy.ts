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

const OPERATORS = ['StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike']

/** An explicit deny wins: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html */
export function judgeAccess(statements: readonly PolicyStatement[], access: Access): PolicyVerdict {
  const effects = statements.filter((statement) => applies(statement, access)).map(({ effect }) => effect)
  if (effects.includes('Deny')) return 'deny'
  return effects.includes('Allow') ? 'allow' : 'silent'
}

/**
 * Whether it lets anybody in: of the conditions that this server can judge, none counts as a limit.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
 */
export const isPublic = (statements: readonly PolicyStatement[]): boolean =>
  statements.some(
    ({ effect, principals, conditions }) =>
      effect === 'Allow' &&
      principals.includes('*') &&
      Object.values(conditions)
        .flatMap((keys) => Object.keys(keys))
        .every((key) => JUDGED.includes(key)),
  )

/** What a request's context has. Any other condition holds for nobody. */
const JUDGED = ['s3:prefix', 's3:delimiter']

/** A bucket's policy. `MalformedPolicy` for what S3 would refuse, and for what this server cannot judge. */
export const parsePolicy = (document: string): PolicyStatement[] =>
  parseStatements(document, ({ Principal: principal }) =>
    texts(isRecord(principal) ? principal['AWS'] : principal, 'principal'),
  )

/** A user's policy, which says nothing of whom it is for. Throws as `parsePolicy` does. */
export const parseIdentityPolicy = (document: string): PolicyStatement[] =>
  parseStatements(document, (statement) => {
    if ('Principal' in statement)
      throw new S3Error('MalformedPolicy', 'Policy document should not specify a principal.')
    return ['*']
  })

type PrincipalsOf = (statement: Readonly<Record<string, unknown>>) => readonly string[]

function parseStatements(document: string, principalsOf: PrincipalsOf): PolicyStatement[] {
  const policy = parseJson(document)
  if (!isRecord(policy)) throw new S3Error('MalformedPolicy')
  const { Statement: statements } = policy
  return (Array.isArray(statements) ? statements : [statements]).map((statement: unknown) =>
    parseStatement(statement, principalsOf),
  )
}

function parseStatement(statement: unknown, principalsOf: PrincipalsOf): PolicyStatement {
  if (!isRecord(statement)) throw new S3Error('MalformedPolicy')
  const { Effect: effect, Condition: conditions = {} } = statement
  if (effect !== 'Allow' && effect !== 'Deny') throw new S3Error('MalformedPolicy', 'Invalid effect')
  if (!isRecord(conditions)) throw new S3Error('MalformedPolicy', 'Invalid condition')
  const unknown = Object.keys(conditions).find((operator) => !OPERATORS.includes(operator))
  if (unknown !== undefined) throw new S3Error('MalformedPolicy', `This server does not know the condition ${unknown}`)
  return {
    effect,
    principals: principalsOf(statement),
    actions: texts(statement['Action'], 'action'),
    resources: texts(statement['Resource'], 'resource'),
    conditions: Object.fromEntries(
      Object.entries(conditions).map(([operator, wanted]) => {
        if (!isRecord(wanted)) throw new S3Error('MalformedPolicy', 'Invalid condition')
        return [
          operator,
          Object.fromEntries(Object.entries(wanted).map(([name, values]) => [name, texts(values, 'condition')])),
        ]
      }),
    ),
  }
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

const PATTERN_PART = /\$\{(?<literal>[*?$])\}|(?<any>[*?])|[^]/gu
/** `*` is any text and `?` any character; `${*}`, `${?}` and `${$}` are themselves. */
function isLike(pattern: string, text: string): boolean {
  const source = pattern.replaceAll(PATTERN_PART, (part: string, literal?: string, any?: string) => {
    if (any !== undefined) return any === '*' ? '[^]*' : '[^]'
    return `\\u{${(literal ?? part).codePointAt(0)?.toString(16)}}`
  })
  return new RegExp(`^${source}$`, 'u').test(text)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new S3Error('MalformedPolicy')
  }
}
