import { ApolloGateway, type ServiceMap, type SupergraphSdlHook } from '@apollo/gateway'
import { ApolloServer } from '@apollo/server'
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled'
import { isScalarType, type GraphQLSchema } from 'graphql'
import type { Logger } from '#ops/logging.ts'
import type { Metrics } from '#ops/service/metrics.ts'
import { observeOperations } from '#ops/service/operationPlugin.ts'
import { sharedScalars } from '#ops/service/scalars.ts'
import type { SubgraphName } from '#ops/security/identity.ts'
import { createDataSource, type GatewayContext } from './dataSource.ts'
import { guardIntrospection, refuseSubscriptions } from './operationRules.ts'
import { DOCUMENT_LIMITS, limitDocument } from './limits.ts'
import { createGatewayMask } from './masking.ts'
import { createLiveSchemaSource, type LiveSchemaSource } from './subscriptions/liveSchema.ts'
import type { Upstream } from './upstream.ts'
import { fillWholeAnswers } from './wholeAnswers.ts'

export type GraphqlServerOptions = {
  /** The composed supergraph as `npm run schema` wrote it, or what brings it and its successors. */
  readonly supergraphSdl: string | SupergraphSdlHook
  readonly upstreams: Readonly<Record<SubgraphName, Upstream>>
  readonly metrics: Metrics
  readonly log: Logger
}

export type RunningGraphqlServer = {
  readonly apollo: ApolloServer<GatewayContext>
  /** The subgraphs as an executor of query plans calls them. */
  readonly services: ServiceMap
  readonly schemas: LiveSchemaSource
}

/** Starts Apollo Server over the federated schema, with every limit on; the caller puts it behind HTTP. */
export async function startGraphqlServer({ supergraphSdl, upstreams, metrics, log }: GraphqlServerOptions): Promise<RunningGraphqlServer> {
  const services: ServiceMap = Object.fromEntries(Object.values(upstreams).map((upstream) => [upstream.name, createDataSource(upstream)]))
  const gateway = new ApolloGateway({
    supergraphSdl,
    logger: log,
    __exposeQueryPlanExperimental: false,
    buildService: ({ name }) => {
      const service = services[name]
      if (service === undefined) throw new Error(`The supergraph names a subgraph ${name} that has no URL.`)
      return service
    },
  })
  gateway.onSchemaLoadOrUpdate(({ apiSchema }) => teachScalars(apiSchema))
  const schemas = createLiveSchemaSource(gateway)
  const apollo = new ApolloServer<GatewayContext>({
    gateway,
    logger: log,
    introspection: true,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    persistedQueries: false,
    maxRecursiveSelections: DOCUMENT_LIMITS.maxSelections,
    parseOptions: { maxTokens: DOCUMENT_LIMITS.maxTokens },
    validationRules: [limitDocument(DOCUMENT_LIMITS)],
    formatError: createGatewayMask(),
    plugins: [ApolloServerPluginLandingPageDisabled(), fillWholeAnswers(), refuseSubscriptions(), guardIntrospection(), observeOperations({ metrics })],
  })
  await apollo.start()
  return { apollo, services, schemas }
}

/**
 * A composed schema knows its scalars by name alone and takes anything for them. With their parsers a bad literal or variable is refused here, in the
 * caller's own document, before a subgraph is asked.
 */
function teachScalars(schema: GraphQLSchema): void {
  for (const scalar of Object.values(sharedScalars)) {
    const type = schema.getType(scalar.name)
    if (!isScalarType(type)) continue
    type.parseValue = scalar.parseValue
    type.parseLiteral = scalar.parseLiteral
  }
}
