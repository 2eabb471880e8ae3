import { z } from 'zod'
import type { Pool } from '#db/pool.ts'
import { LOG_KEPT_DAYS, LOG_SLOTS, TOUCH_SLOT_DAYS, TOUCH_SLOTS } from './days.ts'

// PostgreSQL's clock, by which the slots were filled. Emptying must not wait for a long reader, nor hold up those behind it: the next run is soon.
const TODAY = 'SELECT floor(extract(epoch FROM clock_timestamp()) / 86400)::int AS day'
const FILLED = 'SELECT n AS name FROM unnest($1::text[]) n WHERE pg_relation_size(n::regclass) > 0'
const LOCK_TIMEOUT = "SET LOCAL lock_timeout = '2s'"

/**
 * Empties the days of the log that were recorded 32 to 62 days ago, and the slot of the recent touches that is filled next; answers the names of
 * the partitions that had something in them. A worker that was off for longer leaves a day to be emptied with the later one that fills its slot.
 * Role umg_worker, which may do nothing else to them.
 */
export async function emptyOldSlots(pool: Pool): Promise<readonly string[]> {
  const [{ day }] = z.tuple([z.object({ day: z.number() })]).parse((await pool.query(TODAY)).rows)
  const { rows } = await pool.query(FILLED, [oldPartitions(day)])
  const filled = z.array(z.object({ name: z.string() })).parse(rows)
  for (const { name } of filled) await empty(pool, name)
  return filled.map(({ name }) => name)
}

const UNUSED = "DELETE FROM stream_groups WHERE used_at < now() - interval '35 days'"

/** Forgets the groups that nobody has used for 35 days, longer than entries are kept; answers how many. Role umg_worker, which sees no other. */
export async function removeUnusedGroups(pool: Pool): Promise<number> {
  return (await pool.query(UNUSED)).rowCount ?? 0
}

function oldPartitions(today: number): readonly string[] {
  // Not tomorrow's slot, which is 63 days old: at midnight it may be filled already.
  const ages = Array.from({ length: LOG_SLOTS - 2 - LOG_KEPT_DAYS }, (_, index) => LOG_KEPT_DAYS + 1 + index)
  // The slot that is filled next, but not on the last day before: at midnight it may be filled already.
  const isLastDay = today % TOUCH_SLOT_DAYS === TOUCH_SLOT_DAYS - 1
  const nextTouches = isLastDay ? [] : [`recent_touches_${(Math.floor(today / TOUCH_SLOT_DAYS) + 1) % TOUCH_SLOTS}`]
  return [...ages.map((age) => `conversion_log_${(today - age) % LOG_SLOTS}`), ...nextTouches]
}

async function empty(pool: Pool, partition: string): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    await client.query(LOCK_TIMEOUT)
    await client.query(`TRUNCATE ${partition}`)
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined)
    throw error
  } finally {
    client.release()
  }
}
