import { buildSubgraphSchema } from '@apollo/subgraph'
import { parse, type GraphQLSchema } from 'graphql'
import type { ServiceContext } from '#ops/service/context.ts'
import { requireNeed } from '#ops/service/needs.ts'

export type AskedSession = { readonly sessionId: string; readonly accountId: string; readonly tenantId: string | null }
type SessionAnswer = { readonly tenantId: string | null; readonly tenantSlug: string | null; readonly role: string | null }

const SDL = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", import: ["@inaccessible"])
type Query { auth: String  verifySession(sessionId: ID!, accountId: ID!, tenantId: ID): VerifiedSession @inaccessible }
type VerifiedSession @inaccessible { tenantId: ID tenantSlug: String role: String }
`

/** An auth subgraph without a database: whoever has a token has a session of which the test decides. */
export function authSchema(verifySession: (asked: AskedSession) => SessionAnswer | null | Promise<SessionAnswer | null>): GraphQLSchema {
  return buildSubgraphSchema([
    {
      typeDefs: parse(SDL),
      resolvers: {
        Query: {
          auth: () => 'up',
          verifySession: (_root: unknown, asked: AskedSession, { identity }: ServiceContext) => {
            requireNeed(identity, 'sessions:verify')
            return verifySession(asked)
          },
        },
      },
    },
  ])
}
