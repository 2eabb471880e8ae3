import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway'
import { GraphQLError, Kind, OperationTypeNode, parse, type DocumentNode, type OperationDefinitionNode } from 'graphql'
import type { Caller, Upstream, UpstreamError } from './upstream.ts'
import { wholeAnswersOf } from './wholeAnswers.ts'

/** What a GraphQL request carries through Apollo's executor: who asks, and how to answer them. */
export type GatewayContext = {
  readonly caller: Caller
  /** On the clock of performance.now(): until when all of it has to be answered. Default: as long as each subgraph may take. */
  readonly deadline?: number
}

/** A subgraph as @apollo/gateway's executor calls it. A dead one answers an error for its own fields and costs no others. */
export function createDataSource(upstream: Upstream): GraphQLDataSource<GatewayContext> {
  return {
    async process(options) {
      const { request, context } = options
      const caller = 'caller' in context ? context.caller : null
      if (caller === null || request.query === undefined) throw new Error('The executor sent a request without a caller or a query.')
      const document = 'document' in options && options.document !== undefined ? options.document : parse(request.query, { noLocation: true })
      const operation = operationOf(document)
      try {
        const answer = await upstream.send(
          {
            query: request.query,
            variables: request.variables,
            operationName: request.operationName,
            isRepeatable: operation.operation === OperationTypeNode.QUERY,
            timeoutMs: 'deadline' in context && context.deadline !== undefined ? Math.max(1, Math.round(context.deadline - performance.now())) : undefined,
          },
          caller,
        )
        return { ...answer, data: dataOf(answer.data, { options, document }) }
      } catch (error) {
        if (!(error instanceof GraphQLError)) throw error
        return { data: null, errors: rootFieldsOf(operation).map((name) => atField(error, name)) }
      }
    },
  }
}

type Fetched = { readonly options: GraphQLDataSourceProcessOptions<GatewayContext>; readonly document: DocumentNode }

/** What is left for Apollo's executor to put together. */
function dataOf(data: Record<string, unknown> | null | undefined, { options, document }: Fetched): Record<string, unknown> | null {
  if (!data || !('incomingRequestContext' in options) || options.pathInIncomingRequest?.length !== 0) return data ?? null
  const { document: asked, operation, schema } = options.incomingRequestContext
  const answers = operation === undefined || asked === undefined ? null : wholeAnswersOf(options.context)
  return answers === null ? data : answers.take(data, document, { document: asked, operation, schema })
}

function operationOf(document: DocumentNode): OperationDefinitionNode {
  for (const definition of document.definitions) if (definition.kind === Kind.OPERATION_DEFINITION) return definition
  throw new Error('A fetch without an operation.')
}

function rootFieldsOf(operation: OperationDefinitionNode): readonly string[] {
  return operation.selectionSet.selections.flatMap((selection) => (selection.kind === Kind.FIELD ? [selection.alias?.value ?? selection.name.value] : []))
}

/** The failure at the place it leaves empty: the root field, or the first of the entities that were asked for. */
function atField({ message, extensions }: GraphQLError, field: string): UpstreamError {
  return { message, extensions: { ...extensions }, path: field === '_entities' ? [field, 0] : [field] }
}
