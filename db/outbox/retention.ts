import type { Pool } from '#db/pool.ts'

/** A delivered message can be replayed this long. */
const DELIVERED_DAYS = 30
/** A dead one can be looked at and revived this long. */
const DEAD_DAYS = 90
/** Rows of one statement, so that none of them holds its locks for long. */
const STEP_ROWS = 1_000
/** Statements of one run; what is left is the next run's. */
const MAX_STEPS = 1_000

// now() and not clock_timestamp(), which no index could be searched for. A row that somebody holds is left for the next run.
const removeOlder = (column: 'delivered_at' | 'dead_at') =>
  `DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE ${column} < now() - $1::int * interval '1 day' ORDER BY ${column} LIMIT $2::int FOR UPDATE SKIP LOCKED)`
const REMOVALS = [
  { statement: removeOlder('delivered_at'), days: DELIVERED_DAYS },
  { statement: removeOlder('dead_at'), days: DEAD_DAYS },
] as const

export type RetentionOptions = {
  /** Default 1000. */
  readonly stepRows?: number
  /** Default 1000. */
  readonly maxSteps?: number
}

/** Removes messages delivered more than 30 days ago and those dead for more than 90, in steps; answers how many. What waits is never touched. Role umg_worker. */
export async function removeOldMessages(pool: Pool, { stepRows = STEP_ROWS, maxSteps = MAX_STEPS }: RetentionOptions = {}): Promise<number> {
  let removed = 0
  let stepsLeft = maxSteps
  for (const { statement, days } of REMOVALS) {
    for (let rows = stepRows; rows === stepRows && stepsLeft > 0; stepsLeft--) {
      rows = (await pool.query(statement, [days, stepRows])).rowCount ?? 0
      removed += rows
    }
  }
  return removed
}
