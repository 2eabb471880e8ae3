import type { Queryable } from '#db/pool.ts'

/** The channel on which readers of the log are woken; the payload is the tenant's id. A lost notice costs one poll. */
export const CONVERSIONS_CHANNEL = 'umg_conversions'

// A notice makes a commit, and commits with notices take turns: without waiting for the disk each is short.
const NOTIFY = "SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, t) FROM unnest($2::text[]) t"

/** Wakes the readers of these tenants' logs; outside of any transaction, after the commit. */
export async function notifyConversions(client: Queryable, tenantIds: readonly string[]): Promise<void> {
  await client.query(NOTIFY, [CONVERSIONS_CHANNEL, [...tenantIds]])
}
