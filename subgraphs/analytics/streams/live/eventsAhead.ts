import { hasChangedSince, type DataHead } from '#db/analytics/dataVersions.ts'
import type { FirstEventFrom } from '../../execution/firstEventFrom.ts'

/** `head`: of the tenant's data, for which it is to be right at least. */
export type AheadOf = { readonly tenantId: string; readonly head: DataHead; readonly fromMs: number }
type Known = { version: number; fromMs: number; readonly firstMs: Promise<number> }

/** Beyond that many tenants it is begun anew: what is forgotten is read again. */
const MOST_TENANTS = 10_000

/**
 * When the first event comes that is stored ahead of a time: Infinity for none. It is read again only when rows came that may be ahead too, and once for
 * all questions about a range that ends now.
 */
export function createEventsAhead(read: FirstEventFrom): (of: AheadOf) => Promise<number> {
  const known = new Map<string, Known>()
  return async ({ tenantId, head, fromMs }) => {
    const found = known.get(tenantId)
    if (found !== undefined && found.fromMs <= fromMs && !hasChangedSince(head, found.version, ({ latestMs }) => latestMs >= fromMs)) {
      found.version = Math.max(found.version, head.version)
      found.fromMs = fromMs
      const firstMs = await found.firstMs
      // An event that the time has passed says nothing of the next.
      if (firstMs >= fromMs) return firstMs
    }
    const reading: Known = { version: head.version, fromMs, firstMs: read({ tenantId, fromMs }) }
    if (known.size >= MOST_TENANTS) known.clear()
    known.set(tenantId, reading)
    try {
      return await reading.firstMs
    } catch (error) {
      if (known.get(tenantId) === reading) known.delete(tenantId)
      throw error
    }
  }
}
