import type { ApolloServerPlugin } from '@apollo/server'
import { GraphQLError, Kind, OperationTypeNode, type DocumentNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql'
import { failure } from '#ops/service/errors.ts'
import type { GatewayContext } from './dataSource.ts'

/** Apollo plugin: a subscription that is to be answered with JSON is refused in words of its own; the executor would only fail at it. */
export function refuseSubscriptions(): ApolloServerPlugin<GatewayContext> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ operation }) {
          if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) return
          throw new GraphQLError(
            'A subscription has no answer in JSON: ask it at this same address with "Accept: text/event-stream" or "Accept: multipart/mixed;subscriptionSpec=1.0", or over a WebSocket with the sub-protocol graphql-transport-ws.',
            {
              extensions: { code: 'BAD_REQUEST', http: { status: 400 } },
            },
          )
        },
      }
    },
  }
}

/**
 * Apollo plugin: `__schema` and `__type` are for logged-in viewers, accounts and keys alike. Not a validation rule, since validated documents are
 * remembered across viewers.
 */
export function guardIntrospection(): ApolloServerPlugin<GatewayContext> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ document, operation, contextValue }) {
          if (contextValue.caller.identity.kind !== 'anonymous') return
          if (operation !== undefined && asksForSchema(operation.selectionSet, document)) throw failure('INTROSPECTION_DISABLED', {}, { http: { status: 400 } })
        },
      }
    },
  }
}

function asksForSchema(root: SelectionSetNode, document: DocumentNode): boolean {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions) if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  const seen = new Set<string>()
  const search = (set: SelectionSetNode): boolean =>
    set.selections.some((selection) => {
      switch (selection.kind) {
        case Kind.FIELD:
          return selection.name.value === '__schema' || selection.name.value === '__type'
        case Kind.INLINE_FRAGMENT:
          return search(selection.selectionSet)
        case Kind.FRAGMENT_SPREAD: {
          const fragment = fragments.get(selection.name.value)
          if (fragment === undefined || seen.has(selection.name.value)) return false
          seen.add(selection.name.value)
          return search(fragment.selectionSet)
        }
      }
    })
  return search(root)
}
