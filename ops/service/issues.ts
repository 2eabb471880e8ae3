import { GraphQLError } from 'graphql'

/** Something the caller can fix. `path` leads to the argument; `didYouMean` holds the nearest right words, best first. */
export type Issue = {
  readonly code: string
  readonly path: readonly (string | number)[]
  readonly message: string
  readonly didYouMean?: readonly string[]
}

/** One code of an issue table: what it means (for schema/ERRORS.md) and how its sentence is made from its parameters. */
export type IssueRule<Params> = { readonly description: string; readonly message: (params: Params) => string }

export type IssueTable<ParamsByCode extends Record<string, object>> = { readonly [Code in keyof ParamsByCode]: IssueRule<ParamsByCode[Code]> }

/**
 * Makes the issue constructor of one table:
 * `const issue = defineIssues<IssueParams>(table)`, then `issue('RANGE_TOO_LONG', ['range'], { days: 9000, maxDays: 3660 })`.
 * A parameter `didYouMean: string[]` is copied into the issue, and into its sentence when there is a word.
 */
export function defineIssues<ParamsByCode extends Record<string, object>>(table: IssueTable<ParamsByCode>) {
  return function issue<Code extends keyof ParamsByCode & string>(code: Code, path: readonly (string | number)[], params: ParamsByCode[Code]): Issue {
    const sentence = table[code].message(params)
    const words = 'didYouMean' in params && Array.isArray(params.didYouMean) ? params.didYouMean.filter((word) => typeof word === 'string') : []
    if (words.length === 0) return { code, path, message: sentence }
    return { code, path, message: `${sentence} Did you mean ${words.map((word) => `"${word}"`).join(' or ')}?`, didYouMean: words }
  }
}

/** Every issue of a request in one error, code `BAD_QUERY`, `extensions.issues` in the order found. Throws when there is none to report. */
export class BadQueryError extends GraphQLError {
  readonly issues: readonly Issue[]

  constructor(issues: readonly Issue[]) {
    if (issues.length === 0) throw new Error('A BadQueryError needs an issue.')
    const [first] = issues
    const message = issues.length === 1 && first ? first.message : `The question has ${issues.length} issues: ${issues.map((each) => each.message).join(' ')}`
    super(message, { extensions: { code: 'BAD_QUERY', issues } })
    this.name = 'BadQueryError'
    this.issues = issues
  }
}

export { nearestWords } from './nearestWord.ts'
