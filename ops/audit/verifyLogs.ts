import type { Chain } from '#db/audit/chain.ts'
import type { Verdict } from '#db/audit/verifyChain.ts'
import { verifyTenant } from '#db/audit/verifyTenant.ts'
import { listTenants } from '#db/listTenants.ts'
import type { Pool } from '#db/pool.ts'

/** What is said of one log, and whether all is well. */
export type Finding = { readonly isSound: boolean; readonly line: string }

export type VerifyLogs = {
  /** Role umg_worker. */
  readonly worker: Pool
  /** Role umg_app. */
  readonly app: Pool
  readonly chain: Chain
  /** null: every tenant. */
  readonly slug: string | null
}

/** Verifies the audit log of one tenant or of all, and says of each what it found as soon as it did. */
export async function* verifyLogs({ worker, app, chain, slug }: VerifyLogs): AsyncGenerator<Finding> {
  const tenants = (await listTenants(worker)).filter((tenant) => slug === null || tenant.slug === slug)
  if (tenants.length === 0) yield { isSound: slug === null, line: slug === null ? 'There are no tenants.' : `There is no tenant ${slug}.` }
  for (const tenant of tenants) yield findingOf(tenant.slug, await verifyTenant({ pool: app, chain, tenantId: tenant.id }))
}

export function findingOf(name: string, { verified, damage }: Verdict): Finding {
  if (damage !== null)
    return { isSound: false, line: `✗ ${name}: broken at entry ${damage.sequence} (${damage.kind}). ${damage.what} ${entries(verified)} before it verified.` }
  return { isSound: true, line: verified === 0 ? `– ${name}: nothing was recorded yet` : `✓ ${name}: ${entries(verified)} verified` }
}

const entries = (count: number): string => (count === 1 ? '1 entry' : `${count} entries`)
