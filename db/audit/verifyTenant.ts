import { withTransaction, type Pool, type PoolClient } from '../pool.ts'
import type { Chain } from './chain.ts'
import { readEntries, readHead } from './chainRows.ts'
import { ChainVerifier, type Verdict } from './verifyChain.ts'

const PAGE = 1_000

/** Verifies a tenant's whole log as it stands at one moment, whatever is added meanwhile. Role umg_app. */
export function verifyTenant({ pool, chain, tenantId }: { readonly pool: Pool; readonly chain: Chain; readonly tenantId: string }): Promise<Verdict> {
  return inSnapshot(pool, tenantId, async (client) => {
    const verifier = new ChainVerifier(chain)
    for (let after = 0; !verifier.isDone;) {
      const entries = await readEntries(client, { tenantId, after, limit: PAGE })
      for (const entry of entries) verifier.add(entry)
      after = entries.at(-1)?.sequence ?? after
      if (entries.length < PAGE) break
    }
    return verifier.verdict(await readHead(client, tenantId))
  })
}

/** One transaction of the tenant in which every statement sees the same moment. */
function inSnapshot<Result>(pool: Pool, tenantId: string, work: (client: PoolClient) => Promise<Result>): Promise<Result> {
  return withTransaction(pool, async (client) => {
    await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY')
    await client.query("SELECT set_config('app.tenant_id', $1, true)", [tenantId])
    return work(client)
  })
}
