import { ApolloError } from '@apollo/client/core'

/** What the caller can fix: a code, the way to the argument, a sentence. */
export type Issue = { readonly code: string; readonly path: readonly (string | number)[]; readonly message: string }

/** Why there is no answer, or not all of it. */
export type Failure =
  | { readonly kind: 'issues'; readonly issues: readonly Issue[] }
  /** A part of the system does not answer; asking again may help. */
  | { readonly kind: 'unavailable'; readonly message: string }
  | { readonly kind: 'forbidden'; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string; readonly requestId: string | null }

type GraphQLProblem = { readonly message: string; readonly extensions?: Readonly<Record<string, unknown>> }

/** What is to be changed at one input of the question, by its path or the beginning of it. */
export const issuesAt = (failure: Failure | null, path: Issue['path']): readonly Issue[] =>
  failure?.kind === 'issues' ? failure.issues.filter((issue) => path.every((step, index) => issue.path[index] === step)) : []

/** null for no error. */
export function failureOf(error: unknown): Failure | null {
  if (error === undefined || error === null) return null
  const graphQLErrors: readonly GraphQLProblem[] = error instanceof ApolloError ? error.graphQLErrors : []
  return (
    failureOfErrors([...graphQLErrors, ...errorsOfAnswer(error)]) ?? {
      kind: 'unavailable',
      message: 'The server cannot be reached. Check the connection, then try again.',
    }
  )
}

/** The gravest of the errors of an answer; null for none. */
export function failureOfErrors(errors: readonly GraphQLProblem[]): Failure | null {
  const issues = errors.flatMap((error) => readIssues(error.extensions?.['issues']))
  if (issues.length > 0) return { kind: 'issues', issues }
  const first = errors[0]
  if (first === undefined) return null
  const code = first.extensions?.['code']
  const requestId = first.extensions?.['requestId']
  if (code === 'DOWNSTREAM_UNAVAILABLE') return { kind: 'unavailable', message: first.message }
  if (code === 'FORBIDDEN' || code === 'UNAUTHENTICATED') return { kind: 'forbidden', message: first.message }
  return { kind: 'failed', message: first.message, requestId: typeof requestId === 'string' ? requestId : null }
}

/** An answer with a status other than 200 comes as a network error that holds the GraphQL errors. */
function errorsOfAnswer(error: unknown): readonly GraphQLProblem[] {
  const network = error instanceof ApolloError ? error.networkError : null
  if (network === null || !('result' in network) || typeof network.result !== 'object' || network.result === null) return []
  const { errors } = network.result as { errors?: unknown }
  return Array.isArray(errors) ? errors.filter(isProblem) : []
}

function isProblem(value: unknown): value is GraphQLProblem {
  return typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string'
}

function readIssues(value: unknown): readonly Issue[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((each: unknown) => {
    if (!isProblem(each)) return []
    const { code, path, message } = each as { code?: unknown; path?: unknown; message: string }
    return [{ code: typeof code === 'string' ? code : 'ISSUE', path: Array.isArray(path) ? path.filter(isStep) : [], message }]
  })
}

const isStep = (value: unknown): value is string | number => typeof value === 'string' || typeof value === 'number'
