import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createVault } from '#db/crypto/vault.ts'
import { createOrm } from '#db/orm.ts'
import { createPool } from '#db/pool.ts'
import type { MikroORM } from '#db/tenantScope.ts'
import { readConfig, type GatewayConfig, type Tenancy } from '#ops/config.ts'
import { createLogger } from '#ops/logging.ts'
import { startSubgraph, type RunningSubgraph } from '#ops/service/startSubgraph.ts'
import { createAuthService } from '#subgraphs/auth/authService.ts'
import { schema as authSchema } from '#subgraphs/auth/schema.ts'
import { campaignContext } from '#subgraphs/campaign/createContext.ts'
import { schema as campaignSchema } from '#subgraphs/campaign/schema.ts'
import { tenantContext } from '#subgraphs/tenant/createContext.ts'
import { schema as tenantSchema } from '#subgraphs/tenant/schema.ts'
import { startGateway, type RunningGateway } from '../startGateway.ts'
import { closedPort } from './closedPort.ts'
import { startAnalytics } from './startAnalytics.ts'

/** A gateway with the real auth, tenant and campaign subgraphs over the PostgreSQL of `npm test`, on free ports in this process; analytics is down unless asked for. */
export type TestPlatform = {
  readonly gateway: RunningGateway
  readonly subgraphs: Readonly<Record<'auth' | 'tenant' | 'campaign', RunningSubgraph>>
  /** null while it is down. */
  readonly analytics: RunningSubgraph | null
  /** The campaign subgraph's own connections. */
  readonly campaignOrm: MikroORM
  /** What refresh tokens are made with, and marks of limits. */
  readonly refreshKey: string
  readonly close: () => Promise<void>
}

export type TestPlatformOptions = {
  /** Default: the system's clock, for every process alike. */
  readonly now?: () => Date
  readonly isProduction?: boolean
  /** Default: none. */
  readonly geoHeaders?: GatewayConfig['geoHeaders']
  /** Default: true. Without it auth and campaign find nobody where their database should be. */
  readonly hasDatabase?: boolean
  /** Default: nobody tells what became of mails. */
  readonly mailEventSecret?: Buffer
  /** Default: all tenants share everything. */
  readonly tenancy?: Tenancy
  /** Default: false. With it analytics is up too, over both engines. */
  readonly hasAnalytics?: boolean
  /** How long the gateway waits for a subgraph. Default: as in production. */
  readonly upstreamTimeoutMs?: number
}

const SHARED: Tenancy = { mode: 'shared', onlyTenant: null }

const FREE = { host: '127.0.0.1', port: 0, adminPort: 0 } as const

export async function startPlatform(options: TestPlatformOptions = {}): Promise<TestPlatform> {
  const {
    now = () => new Date(),
    isProduction = false,
    hasDatabase = true,
    hasAnalytics = false,
    geoHeaders,
    mailEventSecret = null,
    tenancy = SHARED,
    upstreamTimeoutMs,
  } = options
  const log = createLogger({ name: 'test', level: hasDatabase ? 'error' : 'silent' })
  const config = { auth: readConfig.auth(), tenant: readConfig.tenant(), campaign: readConfig.campaign(), gateway: readConfig.gateway() }
  const urlOf = async (url: string): Promise<string> => (hasDatabase ? url : `postgres://nobody@127.0.0.1:${await closedPort()}/nothing`)
  const open = async (url: string): Promise<MikroORM> => createOrm({ url, poolSize: 4 })
  const [authOrm, appOrm, campaignOrm] = await Promise.all([
    open(await urlOf(config.auth.postgres.url)),
    open(config.tenant.postgres.url),
    open(await urlOf(config.campaign.postgres.url)),
  ])
  const pool = createPool({ ...config.tenant.postgres, poolSize: 4, name: 'test' })
  // Platforms of other files count what is limited in the same database.
  const refreshKey = randomBytes(32).toString('base64url')
  const auth = createAuthService({ orm: authOrm, settings: { ...config.auth, refreshKey, tenancy }, now })
  const subgraphs = {
    auth: await startSubgraph({
      config: { ...config.auth, ...FREE },
      schema: authSchema,
      createContext: (base, http) => ({ ...base, auth, http, isProduction }),
      log,
      now,
    }),
    tenant: await startSubgraph({
      config: { ...config.tenant, ...FREE },
      schema: tenantSchema,
      createContext: tenantContext({
        orm: appOrm,
        pool,
        dataPool: pool,
        keyPepper: config.tenant.keyPepper,
        mailKey: config.tenant.mailKey,
        vault: createVault(config.tenant.masterKeys),
        cursorKey: config.tenant.cursorKey,
        tenancy,
        now,
      }),
      log,
      now,
    }),
    campaign: await startSubgraph({
      config: { ...config.campaign, ...FREE },
      schema: campaignSchema,
      createContext: campaignContext({ orm: campaignOrm }),
      log,
      now,
    }),
  }
  const analytics = hasAnalytics ? await startAnalytics({ log, now }) : null
  const subgraphUrls = {
    auth: `${subgraphs.auth.url}/graphql`,
    tenant: `${subgraphs.tenant.url}/graphql`,
    campaign: `${subgraphs.campaign.url}/graphql`,
    analytics: `${analytics?.url ?? `http://127.0.0.1:${await closedPort()}`}/graphql`,
  }
  const supergraphSdl = await readFile(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8')
  const gateway = await startGateway({
    config: { ...config.gateway, ...FREE, subgraphUrls, tenancy, geoHeaders: geoHeaders ?? config.gateway.geoHeaders, mailEventSecret },
    supergraphSdl,
    upstreamTimeoutMs,
    log,
    now,
  })
  async function close(): Promise<void> {
    await gateway.close()
    await Promise.all([...Object.values(subgraphs), analytics].map(async (subgraph) => subgraph?.close()))
    await Promise.all([authOrm.close(), appOrm.close(), campaignOrm.close(), pool.end()])
  }
  return { gateway, subgraphs, analytics, campaignOrm, refreshKey, close }
}
