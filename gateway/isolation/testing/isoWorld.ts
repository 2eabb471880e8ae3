import { createKey } from '#db/provision/createKey.ts'
import { createChain } from '#db/audit/chain.ts'
import { createRoutedClickHouse } from '#db/routing/routed.ts'
import { createRelay } from '#db/outbox/relay.ts'
import { openTestClickHouse } from '#db/testing/testEvents.ts'
import { openTestPools, type TestPools } from '#db/testing/testPools.ts'
import { testVault } from '#db/testing/testVault.ts'
import { readConfig } from '#ops/config.ts'
import { createLogger } from '#ops/logging.ts'
import { createTopics } from '#ops/worker/topics.ts'
import { startTestCollector } from '#subgraphs/analytics/collector/startTestCollector.ts'
import { askGateway } from '../../testing/askGateway.ts'
import { startPlatform, type TestPlatform } from '../../testing/startPlatform.ts'
import { growth } from './growth.ts'
import { createIsoTenant, createSharedAccount, type IsoAccount, type IsoTenant } from './isoTenant.ts'
import { sendRows } from './sendRows.ts'
import { signIn } from './viewers.ts'

/** The gateway, its four subgraphs and the collector on the real engines, and the tenants of this moment. */
export type IsoWorld = {
  readonly platform: TestPlatform
  readonly pools: TestPools
  /** The clock of the gateway and its subgraphs; it moves when it is told to. */
  readonly now: () => Date
  readonly passSeconds: (seconds: number) => void
  /** Makes so many tenants with rows of every kind. */
  readonly createTenants: (count: number) => Promise<IsoTenants>
  /** Adds as many rows to a tenant as it had in the beginning. */
  readonly grow: (tenant: IsoTenant) => Promise<void>
  /** Does what the worker does with what was committed: copies events, fills catalogues and audit logs. */
  readonly deliver: (tenants: readonly IsoTenant[]) => Promise<void>
  readonly close: () => Promise<void>
}
export type IsoTenants = { readonly tenants: readonly IsoTenant[]; readonly shared: IsoAccount | null }

/** Ahead of the machine's clock, so that all that is sent lies in its past while it stands still. */
const AHEAD_MS = 30 * 60_000
/** A machine that does much else is slow, and a question that is given up shows nothing. */
const PATIENT_MS = 120_000
/** How long a world may take to begin, or to end. */
export const START_MS = 300_000

export async function startIsoWorld(): Promise<IsoWorld> {
  let atMs = Date.now() + AHEAD_MS
  const now = (): Date => new Date(atMs)
  const pools = openTestPools()
  const [platform, collector] = await Promise.all([startPlatform({ now, hasAnalytics: true, upstreamTimeoutMs: PATIENT_MS }), startTestCollector()])
  const config = readConfig.worker()
  const ingest = openTestClickHouse('ingest')
  const verifier = createRoutedClickHouse(config.verifyClickhouse, null)
  const copy = { pool: pools.app, clickhouse: config.clickhouse, verifier, tenantSecret: config.tenantSecret }
  const { keyPepper: pepper } = readConfig.owner()
  const log = createLogger({ name: 'test', level: 'silent' })
  const audit = { pool: pools.app, vault: testVault(), chain: createChain(config.auditKey) }
  const nothing = async () => undefined
  const topics = createTopics({
    copy,
    audit,
    enqueueMail: nothing,
    findAccount: async () => null,
    provision: nothing,
    move: nothing,
    mailKey: config.mailKey,
    log,
  })
  const rounds = new Map<IsoTenant, number>()

  async function grow(tenant: IsoTenant): Promise<void> {
    const round = rounds.get(tenant) ?? 0
    rounds.set(tenant, round + 1)
    const owner = tenant.accounts.find(({ role }) => role === 'owner')
    if (owner === undefined) throw new Error('A tenant has an owner.')
    // Its own keys a random run may have revoked.
    const { key: ingestKey } = await createKey(pools, {
      tenantId: tenant.tenantId,
      pepper,
      kind: 'ingest',
      ingestKind: 'server',
      name: `${tenant.mark} growth`,
    })
    const bearer = await signIn({ pools, now: now() }, { account: owner, tenant })
    const [answer] = await Promise.all([
      askGateway(platform.gateway.url, { ...growth(tenant, round), bearer }),
      sendRows({ collectorUrl: collector.url, ingestKey, ingest }, tenant, round),
    ])
    if (answer.errors !== undefined) throw new Error(`A tenant did not grow: ${answer.text}`)
    if (isId(answer.data?.['segment'])) tenant.own.segment.push(answer.data['segment'].id)
    if (isId(answer.data?.['invitation'])) tenant.own.invitation.push(answer.data['invitation'].id)
    if (isId(answer.data?.['app'])) tenant.own.app.push(answer.data['app'].id)
    const webhook: unknown = answer.data?.['webhook']
    if (typeof webhook === 'object' && webhook !== null && 'webhook' in webhook && isId(webhook.webhook)) tenant.own.webhook.push(webhook.webhook.id)
  }
  async function deliver(tenants: readonly IsoTenant[]): Promise<void> {
    const aggregates = tenants.flatMap(({ tenantId }) => [`tenant:${tenantId}`, `audit:${tenantId}`])
    await createRelay({ pool: pools.worker, listenUrl: null, topics, log, aggregates }).drain()
  }
  return {
    platform,
    pools,
    now,
    passSeconds: (seconds) => void (atMs += seconds * 1000),
    createTenants: async (count) => {
      const tenants = await Promise.all(Array.from({ length: count }, (_, index) => createIsoTenant(pools, index)))
      for (const tenant of tenants) await grow(tenant)
      const [first, second] = tenants
      const shared = first !== undefined && second !== undefined ? await createSharedAccount(pools, [first, second]) : null
      await deliver(tenants)
      return { tenants, shared }
    },
    grow,
    deliver,
    close: async () => {
      await platform.close()
      await Promise.all([collector.stop(), ingest.close(), verifier.close()])
      await pools.close()
    },
  }
}

const isId = (value: unknown): value is { readonly id: string } => typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string'
