import { CONVERSIONS_CHANNEL } from '#db/conversions/notifyConversions.ts'
import { readHead, type LogPosition } from '#db/conversions/readLog.ts'
import type { Pool } from '#db/pool.ts'
import { createTailWatch, type TailWatch, type TailWatchOptions, type Watched as WatchedHead } from './tailWatch.ts'

export type LogWatchOptions = Pick<TailWatchOptions<LogPosition>, 'listenUrl' | 'log' | 'pollMs'> & { readonly pool: Pool }
export type LogWatch = TailWatch<LogPosition>
/** One reader's view of its tenant's log. */
export type Watched = WatchedHead<LogPosition>

/** Knows where the logs end that somebody reads. */
export function createLogWatch({ pool, ...options }: LogWatchOptions): LogWatch {
  return createTailWatch({
    ...options,
    channel: CONVERSIONS_CHANNEL,
    read: (tenantId) => readHead(pool, tenantId),
    isNewer: (found, known) => found.sequence > known.sequence,
  })
}
