import type { LogCondition } from '#db/conversions/logFilter.ts'
import { joinGaps, readLog, type LogGap, type LogPage, type LogPosition } from '#db/conversions/readLog.ts'
import type { Pool } from '#db/pool.ts'
import type { Alarm } from '#ops/alarm.ts'
import type { Logger } from '#ops/logging.ts'
import { isPostgresUnavailable } from '#ops/service/postgresErrors.ts'
import type { Lanes } from './lanes.ts'
import type { Watched } from './logWatch.ts'

/** Entries of one batch at most. */
export const BATCH_ENTRIES = 500
/** When filters hide everything, how far the reading has come is told this often. */
const MARK_EVERY_MS = 5_000
const RETRY_MS = 1_000

export type StreamQuestion = { readonly tenantId: string; readonly conditions: readonly LogCondition[]; readonly start: LogPosition }
export type StreamDependencies = { readonly pool: Pool; readonly inLane: Lanes; readonly log: Logger; readonly now: () => number }

/**
 * The log from the start on, in batches of at most 500 entries, as fast as they are asked for: history first, then what comes. The first batch is
 * empty and says where it begins, and so are later ones that only say how far it has come. A gap is told with the first entries behind it, and
 * until then no place behind it is told. A database that is away is waited for.
 */
export async function* readStream(
  dependencies: StreamDependencies,
  { tenantId, conditions, start }: StreamQuestion,
  { watched, bell, signal }: { readonly watched: Watched; readonly bell: Alarm; readonly signal: AbortSignal },
): AsyncGenerator<LogPage, void> {
  const { pool, inLane, log, now } = dependencies
  signal.addEventListener('abort', bell.ring)
  let position = start
  let gap: LogGap | null = null
  let toldAtMs = now()
  yield { entries: [], position, gap }
  while (!signal.aborted) {
    bell.reset()
    const head = watched.head()
    if (position.sequence >= head.sequence) {
      await bell.wait(null)
      continue
    }
    const read = { tenantId, conditions, after: position, head, limit: limitOf(conditions, position), nowMs: now() }
    const page = await inLane(tenantId, () => readLog(pool, read)).catch((error: unknown) => {
      if (!isPostgresUnavailable(error)) throw error
      log.warn({ err: error, tenantId }, 'the log of conversions cannot be read now; its reader waits')
      return null
    })
    if (page === null) {
      await bell.wait(RETRY_MS)
      continue
    }
    ;({ position } = page)
    gap = joinGaps(gap, page.gap)
    const isMarkDue = gap === null && now() - toldAtMs >= MARK_EVERY_MS
    if (page.entries.length === 0 && !isMarkDue) continue
    toldAtMs = now()
    yield { entries: page.entries, position, gap }
    gap = null
  }
}

/** Batches of the whole log end at multiples of 500 wherever they began, so that readers from many places come to the same places and can be given the same. */
const limitOf = (conditions: readonly LogCondition[], { sequence }: LogPosition): number =>
  conditions.length > 0 ? BATCH_ENTRIES : BATCH_ENTRIES - Number(sequence % BigInt(BATCH_ENTRIES))
