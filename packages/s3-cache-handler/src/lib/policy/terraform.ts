import type { Policy, PolicyStatement } from './policy.ts'

/**
 * A policy as a Terraform document, to be given to a role as `data.aws_iam_policy_document.s3_cache.json`:
 * https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
 */
export const toTerraform = ({ Statement }: Policy): string =>
  `data "aws_iam_policy_document" "s3_cache" {\n${Statement.map(statement).join('\n')}}\n`

const statement = ({ Sid, Action, Resource, Condition = {} }: PolicyStatement): string =>
  `  statement {
    sid       = ${quoted(Sid)}
    actions   = ${list(Action)}
    resources = ${list(Resource)}
${Object.entries(Condition)
  .flatMap(([test, keys]) => Object.entries(keys).map(([variable, values]) => condition(test, variable, values)))
  .join('')}  }
`

const condition = (test: string, variable: string, values: readonly string[]): string =>
  `
    condition {
      test     = ${quoted(test)}
      variable = ${quoted(variable)}
      values   = ${list(values)}
    }
`

const list = (texts: readonly string[]): string => `[${texts.map(quoted).join(', ')}]`

/**
 * HCL takes JSON's escapes, and templates besides: https://developer.hashicorp.com/terraform/language/expressions/strings
 * The document writes its own variables as `&{…}`, because `${…}` is a template's.
 */
const quoted = (text: string): string => JSON.stringify(text.replaceAll('${', '&{')).replaceAll('%{', '%%{')
