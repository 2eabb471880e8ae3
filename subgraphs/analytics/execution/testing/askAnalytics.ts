import { testAuditor } from '#db/testing/testAuditor.ts'
import { testVault } from '#db/testing/testVault.ts'
import { graphql, type ExecutionResult } from 'graphql'
import { createClickHouse } from '#db/clickhouse/client.ts'
import { createPool } from '#db/pool.ts'
import { readConfig } from '#ops/config.ts'
import { createLogger } from '#ops/logging.ts'
import { ANONYMOUS, type Identity } from '#ops/security/identity.ts'
import type { RowFilter, Scope } from '#ops/security/permissions.ts'
import type { AnalyticsContext } from '../../builder.ts'
import type { BoundQuery } from '../../compiler/bound.ts'
import type { Compiled } from '../../compiler/compile.ts'
import { PreparedPlans } from '../../compiler/prepared/preparedPlans.ts'
import { passNames } from '../../compiler/passes/passes.ts'
import { schema } from '../../schema.ts'
import { liveAtOnce } from '../../streams/live/liveAsker.ts'
import { createLiveQueries } from '../../streams/live/liveQueries.ts'
import { createStreams } from '../../streams/streams.ts'
import { createWebhookStore } from '../../webhooks/webhookStore.ts'
import { createArrivals } from '../arrivals.ts'
import { AnalyticsEngine } from '../engine.ts'
import { QueryQueue } from '../queryQueue.ts'
import type { SegmentSource } from '../segments.ts'

export type Question = {
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>>
  readonly tenantId: string
  readonly now: Date
  /** Which passes of the compiler run: all (the default), none, or those named. */
  readonly passes?: 'all' | 'none' | readonly string[]
  /** Default: analytics:read and explain. */
  readonly scopes?: readonly Scope[]
  readonly filters?: readonly RowFilter[]
  /** Default: none. */
  readonly masks?: readonly string[]
  readonly signal?: AbortSignal
  /** Default: the tenant's saved ones. */
  readonly segments?: SegmentSource
  readonly onCompiled?: (compiled: Compiled<BoundQuery>) => void
}

/** As in the running subgraph, so that what is kept for one question meets all the others of a test. */
const prepared = new PreparedPlans()

const silentLogger = createLogger({ name: 'test', level: 'silent' })
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/**
 * Asks the schema of this subgraph in process, with the real ClickHouse and PostgreSQL of the environment, as a viewer of the tenant. What fails
 * inside is in the result's errors, with its cause as originalError.
 */
export async function askAnalytics(question: Question): Promise<ExecutionResult> {
  const { cursorKey, userHashKey, ...asks } = dependencies()
  const { pool } = asks
  const engine = new AnalyticsEngine({
    ...asks,
    cursorKey,
    now: () => question.now,
    passes: passesOf(question.passes ?? 'all'),
    onCompiled: question.onCompiled,
    segments: question.segments,
    prepared,
  })
  const arrivals = createArrivals({ ...asks, vault: testVault(), now: () => question.now })
  const streams = createStreams({ pool, listenUrl: null, cursorKey, userHashKey, log: silentLogger, now: () => question.now.getTime() })
  const live = createLiveQueries({ engine, pool, listenUrl: null, log: silentLogger, atOnce: liveAtOnce(readConfig.analytics().budgets.queue) })
  const webhooks = createWebhookStore({
    pool,
    vault: testVault(),
    cursorKey,
    allowedNetworks: [],
    resolve: async () => ['93.184.216.34'],
    now: () => question.now,
  })
  const signal = question.signal ?? null
  const identity = identityOf(question)
  const audit = testAuditor(identity)
  const contextValue: AnalyticsContext = { identity, requestId: 'test', log: silent, engine, arrivals, webhooks, audit, streams, live, signal }
  return graphql({ schema, source: question.query, variableValues: question.variables, contextValue })
}

function passesOf(passes: 'all' | 'none' | readonly string[]): readonly string[] {
  if (passes === 'all') return passNames
  return passes === 'none' ? [] : passes
}

function identityOf({ tenantId, scopes = ['analytics:read', 'explain'], filters = [], masks = [] }: Question): Identity {
  return { ...ANONYMOUS, kind: 'key', subjectId: '00000000-0000-4000-8000-000000000099', tenantId, tenantSlug: 'test', scopes, filters, masks }
}

let opened: ReturnType<typeof open> | null = null

/** One set of connections for a test process; they do not keep it alive. */
function dependencies(): ReturnType<typeof open> {
  opened ??= open()
  return opened
}

function open() {
  const { clickhouse, postgres, tenantSecret, cursorKey, userHashKey, budgets } = readConfig.analytics()
  return {
    clickhouse: createClickHouse(clickhouse),
    pool: createPool({ ...postgres, name: 'ask-analytics' }),
    tenantSecret,
    cursorKey,
    userHashKey,
    queue: new QueryQueue(budgets.queue),
    budgets: budgets.query,
    log: silent,
  }
}
