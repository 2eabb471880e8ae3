import { ApolloClient, from, fromPromise, HttpLink, InMemoryCache, type FieldFunctionOptions } from '@apollo/client/core'
import { setContext } from '@apollo/client/link/context'
import { onError } from '@apollo/client/link/error'
import { print } from 'graphql'
import { freshToken, renew } from './session.ts'

/** An analysis is kept by its whole question: arguments and selection. Two questions never share a part of an answer. */
function analysisKey(args: Record<string, unknown> | null, { fieldName, field }: Pick<FieldFunctionOptions, 'field'> & { fieldName: string }): string {
  return `${fieldName}:${JSON.stringify(args)}:${field?.selectionSet === undefined ? '' : print(field.selectionSet)}`
}
const analysis = { keyArgs: analysisKey, merge: false } as const

function createCache(): InMemoryCache {
  return new InMemoryCache({
    typePolicies: {
      Query: { fields: { metrics: analysis, cohorts: analysis, attribution: analysis, funnel: analysis, segmentSize: analysis } },
      Viewer: { keyFields: [] },
      Catalog: { keyFields: [] },
      // Not entities to the reader: a name is answered with the row it belongs to.
      CatalogField: { keyFields: false },
      CatalogEvent: { keyFields: false },
    },
  })
}

const authorized = setContext(async () => {
  const token = await freshToken()
  return token === null ? {} : { headers: { authorization: `Bearer ${token}` } }
})

/** A token that is refused is renewed once; who cannot be renewed is logged out, and the router shows the login. */
const renewed = onError(({ graphQLErrors, networkError, operation, forward }) => {
  const isRefused =
    (graphQLErrors ?? []).some((error) => error.extensions?.['code'] === 'UNAUTHENTICATED') ||
    (networkError !== null && networkError !== undefined && 'statusCode' in networkError && networkError.statusCode === 401)
  if (!isRefused || operation.getContext()['isSecondTry'] === true) return
  operation.setContext({ isSecondTry: true })
  return fromPromise(
    renew().then(async (isIn) => {
      const token = isIn ? await freshToken() : null
      operation.setContext(({ headers = {} }: { headers?: Record<string, string> }) => ({
        headers: { ...headers, ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
      }))
      return isIn
    }),
  ).flatMap(() => forward(operation))
})

/** Questions and mutations; the stream of the Live page has a socket of its own (operations/liveSocket.ts), which resumes by cursor. */
export const client = new ApolloClient({
  link: from([renewed, authorized, new HttpLink({ uri: '/graphql', credentials: 'omit' })]),
  cache: createCache(),
  defaultOptions: { query: { errorPolicy: 'all' }, watchQuery: { errorPolicy: 'all' }, mutate: { errorPolicy: 'all' } },
})

/** Forgets everything that one login has read: called when it ends, and when the tenant changes. */
export async function forgetAnswers(): Promise<void> {
  await client.clearStore()
}
