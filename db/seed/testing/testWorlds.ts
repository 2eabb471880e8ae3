import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { ClickHouseClient } from '../../clickhouse/client.ts'
import { provisionTenant } from '../../provision/provisionTenant.ts'
import type { TestPools } from '../../testing/testPools.ts'
import { seedWorld, SHARES, type WorldCounts, type WorldTenant } from '../simulator.ts'
import { PLATFORMS } from '../world/audience.ts'
import type { WorldSlug } from '../world/campaigns.ts'

const slugs: readonly WorldSlug[] = ['acme', 'globex', 'initech']
const numberRow = z.object({ n: z.coerce.number() })

export type TestWorlds = {
  /** Three tenants with an app for each platform and nothing in them: acme, globex, initech. */
  readonly makeTenants: () => Promise<readonly WorldTenant[]>
  /** Default: seed `test`, up to the `now` of opening. */
  readonly seed: (tenants: readonly WorldTenant[], options: { readonly events: number; readonly seed?: string }) => Promise<WorldCounts>
  /** What a query of ours answers; `{ids}` in it are the tenants. Numbers of 64 bits and decimals are text. */
  readonly rowsOf: <Row>(schema: z.ZodType<Row>, query: string, ids: readonly string[]) => Promise<readonly Row[]>
  /** How many rows of `events` meet a condition. */
  readonly countOf: (condition: string, ids: readonly string[]) => Promise<number>
}

/** Small demo worlds for tests, on their own tenants. `clickhouse` is the user migrate. */
export function openTestWorlds({ clickhouse, pools, now }: { clickhouse: ClickHouseClient; pools: TestPools; now: Date }): TestWorlds {
  const rowsOf: TestWorlds['rowsOf'] = async (schema, query, ids) => {
    const answer = await clickhouse.query({ query: query.replaceAll('{ids}', '{ids:Array(UUID)}'), query_params: { ids }, format: 'JSONEachRow' })
    return z.array(schema).parse(await answer.json())
  }
  return {
    rowsOf,
    makeTenants: () => Promise.all(slugs.map((slug) => makeTenant(pools, slug))),
    seed: (tenants, { events, seed = 'test' }) => seedWorld({ clickhouse, pool: pools.app, tenants, seed, events, now }),
    countOf: async (condition, ids) =>
      (await rowsOf(numberRow, `SELECT count() AS n FROM events WHERE tenant_id IN {ids} AND (${condition})`, ids))[0]?.n ?? Number.NaN,
  }
}

async function makeTenant(pools: TestPools, slug: WorldSlug): Promise<WorldTenant> {
  const apps = PLATFORMS.map((platform) => ({ name: platform, platform, timeZone: 'UTC', currency: 'USD' }))
  const made = await provisionTenant(pools, { slug: `${slug}-${randomUUID()}`, name: slug, reportingCurrency: 'USD', apps })
  const idOf = (name: string): string => made.apps.find((app) => app.name === name)?.id ?? ''
  return { tenantId: made.tenantId, slug, share: SHARES[slug], appIds: { ios: idOf('ios'), android: idOf('android'), web: idOf('web') } }
}
