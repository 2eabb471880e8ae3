import type { Pool } from '../pool.ts'

/** A delivery that came to an end is kept this long. */
const SETTLED_DAYS = 30
/** What still waits after this long has no entry in the log any more, and its endpoint is off or was removed. */
const WAITING_DAYS = 45
const STEP_ROWS = 1_000
const MAX_STEPS = 1_000

const REMOVE = `DELETE FROM webhook_deliveries WHERE (tenant_id, id) IN (
  SELECT tenant_id, id FROM webhook_deliveries WHERE created_at < now() - $1::int * interval '1 day'
    AND (status <> 'pending' OR created_at < now() - $2::int * interval '1 day') ORDER BY created_at LIMIT $3::int)`

/** Removes old deliveries in steps; answers how many. Role umg_worker. */
export async function removeOldDeliveries(pool: Pool): Promise<number> {
  let removed = 0
  for (let step = 0; step < MAX_STEPS; step++) {
    const rows = (await pool.query(REMOVE, [SETTLED_DAYS, WAITING_DAYS, STEP_ROWS])).rowCount ?? 0
    removed += rows
    if (rows < STEP_ROWS) break
  }
  return removed
}
