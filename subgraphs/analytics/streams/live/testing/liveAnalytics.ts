import { zstdCompressSync } from 'node:zlib'
import { graphql, parse, subscribe, type ExecutionResult } from 'graphql'
import { createClickHouse } from '#db/clickhouse/client.ts'
import type { StoredEvent } from '#db/clickhouse/storedEvent.ts'
import { copyTenant } from '#db/ingest/copyTenant.ts'
import { createPool, withTenant } from '#db/pool.ts'
import { testAuditor } from '#db/testing/testAuditor.ts'
import { testVault } from '#db/testing/testVault.ts'
import { readConfig } from '#ops/config.ts'
import { createLogger } from '#ops/logging.ts'
import { ANONYMOUS, type Identity } from '#ops/security/identity.ts'
import type { AnalyticsContext } from '../../../builder.ts'
import { createArrivals } from '../../../execution/arrivals.ts'
import { AnalyticsEngine, type EngineOptions } from '../../../execution/engine.ts'
import { QueryQueue } from '../../../execution/queryQueue.ts'
import { schema } from '../../../schema.ts'
import { createWebhookStore } from '../../../webhooks/webhookStore.ts'
import { createStreams } from '../../streams.ts'
import { liveAtOnce } from '../liveAsker.ts'
import { createLiveQueries, type LiveQueries } from '../liveQueries.ts'
import type { ManualClock } from './manualClock.ts'

export type Asked = { readonly query: string; readonly variables?: Readonly<Record<string, unknown>>; readonly identity: Identity }
export type Watcher = { readonly next: () => Promise<ExecutionResult<any> | null>; readonly leave: () => Promise<void> }

/** The live queries of an analytics process over the real engines, with a clock of the test's own. */
export type LiveAnalytics = {
  readonly live: LiveQueries
  /** Statements that were run, by tenant. */
  readonly statements: (tenantId: string) => number
  /** Rejects with the first error of a subscription that is refused. */
  readonly watch: (asked: Asked) => Promise<Watcher>
  readonly ask: (asked: Asked) => Promise<ExecutionResult<any>>
  /** Accepts the events and copies them to ClickHouse, as collector and worker do. */
  readonly store: (tenantId: string, events: readonly StoredEvent[]) => Promise<void>
  readonly close: () => Promise<void>
}

const log = createLogger({ name: 'test', level: 'silent' })
const POLL_MS = 100

/** Whoever reads all of a tenant's analyses. */
export const reader = (tenantId: string, rights: Partial<Pick<Identity, 'filters' | 'masks' | 'scopes' | 'subjectId'>> = {}): Identity => ({
  ...ANONYMOUS,
  kind: 'key',
  subjectId: '00000000-0000-4000-8000-000000000099',
  tenantId,
  tenantSlug: 'test',
  scopes: ['analytics:read', 'explain'],
  ...rights,
})

export function openLiveAnalytics(clock: ManualClock, options: Partial<Pick<EngineOptions, 'segments' | 'clickhouse'>> = {}): LiveAnalytics {
  const config = readConfig.analytics()
  const worker = readConfig.worker()
  const pool = createPool({ ...config.postgres, name: 'live-analytics' })
  const clickhouse = createClickHouse(config.clickhouse)
  const verifier = createClickHouse(worker.verifyClickhouse)
  const statements = new Map<string, number>()
  const asks = {
    clickhouse,
    cursorKey: config.cursorKey,
    tenantSecret: config.tenantSecret,
    queue: new QueryQueue(config.budgets.queue),
    pool,
    now: clock.date,
    log,
  }
  const engine = new AnalyticsEngine({
    ...asks,
    ...options,
    onCompiled: ({ bound }) => {
      if ('tenantId' in bound) statements.set(bound.tenantId, (statements.get(bound.tenantId) ?? 0) + 1)
    },
  })
  const live = createLiveQueries({ engine, pool, listenUrl: config.postgres.url, log, atOnce: liveAtOnce(config.budgets.queue), clock, pollMs: POLL_MS })
  const streams = createStreams({ pool, listenUrl: null, cursorKey: config.cursorKey, userHashKey: config.userHashKey, log, now: clock.now })
  const arrivals = createArrivals({ ...asks, vault: testVault() })
  const webhooks = createWebhookStore({ ...asks, vault: testVault(), allowedNetworks: [], resolve: async () => [] })
  const contextOf = (identity: Identity): AnalyticsContext => ({
    identity,
    requestId: 'test',
    log,
    engine,
    streams,
    live,
    arrivals,
    webhooks,
    audit: testAuditor(identity),
    signal: null,
  })
  return {
    live,
    statements: (tenantId) => statements.get(tenantId) ?? 0,
    ask: ({ query, variables, identity }) => graphql({ schema, source: query, variableValues: variables, contextValue: contextOf(identity) }),
    watch: async ({ query, variables, identity }) => {
      const events = await subscribe({ schema, document: parse(query), variableValues: variables, contextValue: contextOf(identity) })
      if (!(Symbol.asyncIterator in events)) throw events.errors?.[0] ?? new Error('Nothing came.')
      return {
        next: async () => {
          const step = await events.next()
          return step.done === true ? null : step.value
        },
        leave: async () => void (await events.return()),
      }
    },
    store: async (tenantId, events) => {
      const payload = zstdCompressSync(events.map((event) => `${JSON.stringify({ ...event, copy_group: undefined })}\n`).join(''))
      await withTenant(pool, tenantId, (client) =>
        client.query('INSERT INTO ingest_batches (tenant_id, payload, row_count) VALUES ($1, $2, $3)', [tenantId, payload, events.length]),
      )
      await copyTenant({ pool, clickhouse: worker.clickhouse, verifier, tenantSecret: worker.tenantSecret }, tenantId)
    },
    close: async () => {
      await Promise.all([live.stop(), streams.stop()])
      await Promise.all([clickhouse.close(), verifier.close(), pool.end()])
    },
  }
}
