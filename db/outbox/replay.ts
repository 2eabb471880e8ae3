import type { Pool } from '#db/pool.ts'
import { readTopic, type OutboxMessage } from './messages.ts'

const PAGE = 500

/**
 * Shows a topic's kept messages to a handler from the first one on, in order of their ids, for building a new projection; what the relay does is
 * not touched. Messages that are removed on delivery (see TopicOptions) are not there, and dead ones are passed over. Answers how many it showed.
 */
export async function replay(pool: Pool, topic: string, handler: (messages: readonly OutboxMessage[]) => Promise<void>): Promise<number> {
  let afterId = '0'
  let shown = 0
  for (;;) {
    const page = await readTopic(pool, { topic, afterId, limit: PAGE })
    const last = page.at(-1)
    if (last === undefined) return shown
    await handler(page)
    afterId = last.id
    shown += page.length
  }
}

const REVIVE =
  'UPDATE outbox SET dead_at = NULL, attempts = 0, available_at = clock_timestamp() WHERE topic = $1 AND dead_at IS NOT NULL AND delivered_at IS NULL'

/** Gives a topic's dead messages another chance, when what they failed at has been mended. Answers how many there were. */
export async function reviveDead(pool: Pool, topic: string): Promise<number> {
  return (await pool.query(REVIVE, [topic])).rowCount ?? 0
}
