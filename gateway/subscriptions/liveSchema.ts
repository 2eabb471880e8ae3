import type { ApolloGateway } from '@apollo/gateway'
import { Supergraph, type Schema } from '@apollo/federation-internals'
import { QueryPlanner } from '@apollo/query-planner'
import type { GraphQLSchema } from 'graphql'

/** The federated schema as planning and executing outside of Apollo's own executor need it. */
export type LiveSchema = {
  /** What clients may ask; `@inaccessible` is not in it. */
  readonly api: GraphQLSchema
  /** The same in the planner's own form. */
  readonly planned: Schema
  readonly supergraph: GraphQLSchema
  readonly planner: QueryPlanner
}

export type LiveSchemaSource = {
  /** The schema of this moment. Made when it is first asked for, which takes a third of a second. Throws before the gateway has loaded one. */
  readonly current: () => LiveSchema
  /** Calls back after another supergraph has taken the place of one that was in use. */
  readonly onChange: (listener: () => void) => void
}

/**
 * Follows the supergraphs that the gateway loads; call it before the gateway starts. The gateway keeps its own copies to itself, and its executor refuses
 * subscriptions, so they are built here once more from the same text.
 */
export function createLiveSchemaSource(gateway: ApolloGateway): LiveSchemaSource {
  let loaded: { readonly api: GraphQLSchema; readonly text: string } | null = null
  let built: LiveSchema | null = null
  const listeners: (() => void)[] = []

  gateway.onSchemaLoadOrUpdate(({ apiSchema, coreSupergraphSdl }) => {
    const wasInUse = built !== null
    loaded = { api: apiSchema, text: coreSupergraphSdl }
    built = null
    if (wasInUse) for (const listener of listeners) listener()
  })

  function build(): LiveSchema {
    if (loaded === null) throw new Error('The gateway has not loaded its supergraph yet.')
    // It was validated when it was composed and again when the gateway loaded it.
    const supergraph = Supergraph.build(loaded.text, { validateSupergraph: false })
    return {
      api: loaded.api,
      planned: supergraph.apiSchema(),
      supergraph: supergraph.schema.toGraphQLJSSchema(),
      planner: new QueryPlanner(supergraph),
    }
  }

  return { current: () => (built ??= build()), onChange: (listener) => void listeners.push(listener) }
}
