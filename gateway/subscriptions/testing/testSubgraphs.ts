import { setTimeout as wait } from 'node:timers/promises'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { parse, type GraphQLSchema } from 'graphql'
import { failure } from '#ops/service/errors.ts'
import type { ServiceContext } from '#ops/service/context.ts'
import { requireNeed } from '#ops/service/needs.ts'
import type { RowFilter } from '#ops/security/permissions.ts'
import { BATCH, type TestLog } from './testLog.ts'

export type TestContext = ServiceContext & { readonly signal: AbortSignal }

export type TestKey = {
  readonly keyId: string
  readonly tenantId: string
  readonly tenantSlug: string
  readonly scopes: readonly string[]
  readonly filters: readonly RowFilter[]
  /** Default: none, so that it works everywhere. */
  readonly allowedNetworks?: readonly string[]
}

/** What the test turns while the subgraphs run. */
export type Knobs = {
  readonly log: TestLog
  readonly keys: Map<string, TestKey>
  /** Milliseconds until a campaign's name is known, whether analytics is up, and something is renamed. */
  nameDelayMs: number
  /** Questions whether analytics is up, how many of them were left before they were answered, and renamings that were done. */
  asked: number
  left: number
  renamed: number
  /** The sessions that tokens were made for; one that is not in it has ended. */
  readonly sessions: Map<string, { readonly tenantId: string; readonly tenantSlug: string; role: string }>
  /** Questions whether a session is alive. */
  sessionsVerified: number
  /** Questions whether a key is good, and milliseconds until they are answered. */
  verified: number
  keyDelayMs: number
  /** Whether the database is away that knows the keys. */
  areKeysAway: boolean
  /** Calls of the campaign subgraph for entities. */
  campaignCalls: number
  /** Readers of the stream whose events take the place of those before. */
  newestReaders: number
  /** Text in every entry that makes it large. */
  filler: string
}

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", import: ["@key", "@inaccessible", "@external", "@tag"])'

const ANALYTICS = `${LINK}
scalar Cursor
type Query { analytics: String  conversionsSoFar: Int  batch(after: Int!): Batch }
enum Position { BEGINNING END }
input Start { position: Position }
type Subscription {
  log(after: Cursor, from: Start, group: String, only: [String!], first: Int = 10): Batch
  ticks(group: String): Tick
  flood: Tick
  newest: Tick @tag(name: "shared-by-rights") @tag(name: "newest-only")
  failing: Tick
  forbidden: Tick
  secret: Tick @inaccessible
}
type Batch { cursor: Cursor! entries: [Entry!]! subject: Subject }
type Tick { number: Int! word: String! tenant: String broken: String }
type Entry { number: Int! text: String! filler: String campaign: Campaign subject: Subject broken: String }
union Subject = Campaign | Note
type Note { text: String! }
type Campaign @key(fields: "id", resolvable: false) { id: ID! }
`

const CAMPAIGN = `${LINK}
type Query { campaign(id: ID!): Campaign }
type Campaign @key(fields: "id") { id: ID! name: String partner: Partner }
type Partner @key(fields: "id", resolvable: false) { id: ID! }
`

const TENANT = `${LINK}
type Query { verifyKey(key: String!): VerifiedKey @inaccessible  me: String  session: String }
type Mutation { rename(to: String!): String }
type VerifiedKey @inaccessible { keyId: ID! tenantId: ID! tenantSlug: String! scopes: [String!]! filters: [Filter!]! masks: [String!]! hashFamily: ID allowedNetworks: [String!]! }
type Filter @inaccessible { dimension: String! in: [String!]! }
type Partner @key(fields: "id") { id: ID! name: String }
`

type Args = { readonly after?: string | null; readonly from?: { readonly position?: string } | null; readonly only?: readonly string[] | null }

export function analyticsSchema(knobs: Knobs, change = (sdl: string): string => sdl): GraphQLSchema {
  const { log } = knobs
  const startOf = ({ after, from }: Args): number => {
    if (typeof after === 'string') {
      if (!/^\d+$/.test(after)) throw failure('BAD_USER_INPUT', { message: 'This cursor is not of this field.' })
      return Number(after)
    }
    return from?.position === 'BEGINNING' ? 0 : log.entries.length
  }
  async function* ticks(signal: AbortSignal) {
    for (let number = 1; number <= 2 && !signal.aborted; number += 1) yield { failing: null, ticks: { number, word: 'tick' } }
    // Quiet from here on, and deaf: only the socket's server can end it.
    await new Promise(() => {})
  }
  return buildSubgraphSchema([
    {
      typeDefs: parse(change(ANALYTICS)),
      resolvers: {
        Query: {
          analytics: async (_root: unknown, _args: object, context: TestContext) => {
            knobs.asked += 1
            return wait(knobs.nameDelayMs, 'up', { signal: context.signal }).catch((error: unknown) => {
              knobs.left += 1
              throw error
            })
          },
          conversionsSoFar: () => log.entries.length,
          batch: (_root: unknown, { after }: { after: number }) => {
            const entries = log.entries.slice(after, after + BATCH)
            return { entries, cursor: String(after + entries.length) }
          },
        },
        Subscription: {
          log: {
            subscribe: (_root: unknown, args: Args, context: TestContext) => {
              requireNeed(context.identity, 'conversions:read')
              return log.read({ after: startOf(args), signal: context.signal })
            },
            resolve: (batch: { entries: readonly { text: string }[] }, { only }: Args) =>
              only == null ? batch : { ...batch, entries: batch.entries.filter(({ text }) => only.includes(text)) },
          },
          ticks: { subscribe: (_root: unknown, _args: object, context: TestContext) => ticks(context.signal) },
          newest: {
            subscribe: async function* newest(_root: unknown, _args: object, context: TestContext) {
              knobs.newestReaders += 1
              try {
                for await (const number of log.lengths(context.signal)) yield { newest: { number, word: knobs.filler } }
              } finally {
                knobs.newestReaders -= 1
              }
            },
          },
          flood: {
            subscribe: async function* flood(_root: unknown, _args: object, context: TestContext) {
              for (let number = 1; !context.signal.aborted; number += 1) {
                await wait(1)
                yield { flood: { number, word: 'x'.repeat(20_000) } }
              }
            },
          },
          failing: {
            subscribe: async function* failing() {
              yield { failing: { number: 1, word: 'one' } }
              throw new TypeError('the password is hunter2')
            },
          },
          forbidden: {
            subscribe: () => {
              throw failure('FORBIDDEN', { message: 'Not you.' })
            },
          },
          secret: { subscribe: (_root: unknown, _args: object, context: TestContext) => ticks(context.signal) },
        },
        Batch: { subject: () => ({ __typename: 'Note', text: 'a batch' }) },
        Tick: {
          tenant: (_tick: unknown, _args: object, { identity }: TestContext) => identity.tenantSlug,
          broken: () => {
            throw new TypeError('the password is hunter2')
          },
        },
        Entry: {
          filler: () => knobs.filler,
          campaign: ({ campaign }: { campaign: string | null }) => campaign && { __typename: 'Campaign', id: campaign },
          subject: ({ number, campaign }: { number: number; campaign: string }) =>
            number % 2 === 0 ? { __typename: 'Note', text: `note ${number}` } : { __typename: 'Campaign', id: campaign },
          broken: () => {
            throw new TypeError('the password is hunter2')
          },
        },
      },
    },
  ])
}

export function campaignSchema(knobs: Knobs): GraphQLSchema {
  const reference = ({ id }: { readonly id: string }, { identity }: TestContext) => ({
    id,
    name: `${id} of ${identity.tenantSlug}`,
    partner: { __typename: 'Partner', id: `p-${id}` },
  })
  return buildSubgraphSchema([
    {
      typeDefs: parse(CAMPAIGN),
      resolvers: {
        Query: { campaign: (_root: unknown, { id }: { id: string }, context: TestContext) => reference({ id }, context) },
        Campaign: {
          __resolveReference: async (stub: { readonly id: string }, context: TestContext) => {
            knobs.campaignCalls += 1
            if (knobs.nameDelayMs > 0) await wait(knobs.nameDelayMs)
            return reference(stub, context)
          },
          name: ({ id, name }: { id: string; name: string }) => {
            if (id === 'c0') throw new TypeError('the password is hunter2')
            return name
          },
        },
      },
    },
  ])
}

export function tenantSchema(knobs: Knobs): GraphQLSchema {
  return buildSubgraphSchema([
    {
      typeDefs: parse(TENANT),
      resolvers: {
        Query: {
          verifyKey: async (_root: unknown, { key }: { key: string }) => {
            knobs.verified += 1
            if (knobs.keyDelayMs > 0) await wait(knobs.keyDelayMs)
            if (knobs.areKeysAway) throw new Error('The database is away.')
            const known = knobs.keys.get(key)
            return known === undefined ? null : { masks: [], hashFamily: null, allowedNetworks: [], ...known }
          },
          me: (_root: unknown, _args: object, { identity }: TestContext) => identity.subjectId,
          session: (_root: unknown, _args: object, { identity }: TestContext) => identity.sessionId,
        },
        Mutation: {
          rename: async (_root: unknown, { to }: { to: string }) => {
            if (knobs.nameDelayMs > 0) await wait(knobs.nameDelayMs)
            knobs.renamed += 1
            return to
          },
        },
        Partner: { __resolveReference: ({ id }: { readonly id: string }) => ({ id, name: `partner ${id}` }) },
      },
    },
  ])
}
