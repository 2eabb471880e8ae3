import { questionOf } from '#db/conversions/positionSealer.ts'
import { joinGaps, readHead, readLog, readOldest, readSince, type LogEntry, type LogGap, type LogPosition } from '#db/conversions/readLog.ts'
import type { Auditor } from '#db/audit/auditor.ts'
import type { Pool } from '#db/pool.ts'
import { createAlarm } from '#ops/alarm.ts'
import type { Logger } from '#ops/logging.ts'
import type { Identity } from '#ops/security/identity.ts'
import { failure } from '#ops/service/errors.ts'
import { BadQueryError, type Issue } from '#ops/service/issues.ts'
import { requireTenant } from '#ops/service/needs.ts'
import { issue } from '../compiler/issues.ts'
import { bindFilter, type ConversionFilterInput } from './bindFilter.ts'
import { createSight, toBatch, type BatchValue } from './conversionValue.ts'
import { createLanes } from './lanes.ts'
import { createLogWatch } from './logWatch.ts'
import { createPositionCursors } from './positions.ts'
import { readStream } from './readStream.ts'
import { sendTest, type TestConversionInput } from './sendTest.ts'
import { stoppable } from './stoppable.ts'

export type StreamsOptions = {
  /** Role umg_app. */
  readonly pool: Pool
  /** Connections of their own for short looks at where logs end, which must not wait behind readings of history. Default: `pool`. */
  readonly headPool?: Pool
  /** A connection of its own for LISTEN, while somebody reads; null polls alone. */
  readonly listenUrl: string | null
  /** Seals cursors. */
  readonly cursorKey: string
  readonly log: Logger
  readonly now: () => number
  /** How often the log is looked at without a notice. Default 1000. */
  readonly pollMs?: number
}

export type StreamArguments = {
  readonly after?: string | null
  readonly from?: { readonly at?: Date | null; readonly position?: 'BEGINNING' | 'END' | null } | null
  readonly group?: string | null
  readonly where?: ConversionFilterInput | null
}
export type PageArguments = { readonly first: number; readonly after?: string | null; readonly where?: ConversionFilterInput | null }

/** `position` is where to read on. */
export type PageValue = BatchValue & { readonly hasNextPage: boolean }

export type Streams = {
  /** The log from where it is asked for on, without end. Throws what is wrong with the question; what comes later is waited for. */
  readonly subscribe: (args: StreamArguments, identity: Identity) => Promise<AsyncIterableIterator<BatchValue, void>>
  readonly page: (args: PageArguments, identity: Identity) => Promise<PageValue>
  /** Makes up an entry and answers its id. */
  readonly sendTest: (input: TestConversionInput, identity: Identity, audit: Auditor) => Promise<string>
  /** Streams that are open. */
  readonly readers: () => number
  readonly stop: () => Promise<void>
}

export const MAX_FIRST = 1_000
/** Looks of one page, each at 20,000 entries: a filter that hides more than these is read on from the cursor. */
const MAX_LOOKS = 50
/** Readings of one tenant's log at a time, of all its streams and pages: fewer than the pool has connections, so that the others get theirs. */
const READINGS_OF_ONE = 2

/** The log of conversions for those who ask: as a stream and in pages. */
export function createStreams(options: StreamsOptions): Streams {
  const { pool, headPool = pool, log, now } = options
  const watch = createLogWatch({ ...options, pool: headPool })
  const inLane = createLanes(READINGS_OF_ONE)

  function bind(where: ConversionFilterInput | null | undefined, identity: Identity) {
    const tenantId = requireTenant(identity)
    const { conditions, issues } = bindFilter(where, identity)
    const cursors = createPositionCursors(options.cursorKey, { tenantId, question: questionOf(conditions) })
    return { tenantId, conditions, issues, cursors, sight: createSight(identity, cursors) }
  }

  async function subscribe(args: StreamArguments, identity: Identity): Promise<AsyncIterableIterator<BatchValue, void>> {
    const { tenantId, conditions, issues, cursors, sight } = bind(args.where, identity)
    throwIssues([...issues, ...startIssues(args, now())])
    const after = typeof args.after === 'string' ? cursors.open(args.after, 'after') : null
    const bell = createAlarm()
    const watched = await watch.watch(tenantId, bell.ring)
    try {
      const start = after === null ? await findStart(tenantId, watched.head(), args) : checkedAgainst(watched.head(), after)
      async function* batches(signal: AbortSignal): AsyncGenerator<BatchValue, void> {
        for await (const page of readStream({ pool, inLane, log, now }, { tenantId, conditions, start }, { watched, bell, signal })) yield toBatch(page, sight)
      }
      return stoppable(batches, watched.release)
    } catch (error) {
      watched.release()
      throw error
    }
  }

  async function findStart(tenantId: string, head: LogPosition, { from }: StreamArguments): Promise<LogPosition> {
    if (from?.position === 'BEGINNING') return inLane(tenantId, () => readOldest(pool, tenantId, head))
    if (!from?.at) return head
    const since = { tenantId, atMs: from.at.getTime(), head, nowMs: now() }
    return inLane(tenantId, () => readSince(pool, since))
  }

  async function page({ first, after, where }: PageArguments, identity: Identity): Promise<PageValue> {
    const { tenantId, conditions, issues, cursors, sight } = bind(where, identity)
    throwIssues([...issues, ...firstIssues(first)])
    const head = await readHead(headPool, tenantId)
    let position =
      typeof after === 'string' ? checkedAgainst(head, cursors.open(after, 'after')) : await inLane(tenantId, () => readOldest(pool, tenantId, head))
    const entries: LogEntry[] = []
    let gap: LogGap | null = null
    for (let looks = 0; looks < MAX_LOOKS && entries.length < first && position.sequence < head.sequence; looks++) {
      const look = { tenantId, conditions, after: position, head, limit: first - entries.length, nowMs: now() }
      const read = await inLane(tenantId, () => readLog(pool, look))
      // What lies behind a gap is the next page's, so that it comes first there.
      if (read.gap !== null && entries.length > 0) break
      gap = joinGaps(gap, read.gap)
      entries.push(...read.entries)
      ;({ position } = read)
    }
    const hasNextPage = position.sequence < head.sequence
    return { ...toBatch({ entries, position, gap }, sight), hasNextPage }
  }

  return {
    subscribe,
    page,
    sendTest: (input, identity, audit) => sendTest(pool, { tenantId: requireTenant(identity), input, nowMs: now(), audit }),
    readers: watch.readers,
    stop: watch.stop,
  }
}

/** A place that the log has not reached was sealed by another database than this one. */
function checkedAgainst(head: LogPosition, after: LogPosition): LogPosition {
  if (after.sequence > head.sequence) throw failure('BAD_CURSOR', { argument: 'after' })
  return after
}

function startIssues({ after, from, group }: StreamArguments, nowMs: number): readonly Issue[] {
  const members = Object.entries({ after, from, group }).flatMap(([name, value]) => (value === null || value === undefined ? [] : [name]))
  const issues: Issue[] = []
  if (members.length > 1) issues.push(issue('START_NOT_ONE', ['from'], { members }))
  if (typeof group === 'string') issues.push(issue('NOT_AVAILABLE', ['group'], { what: 'Reading as a group' }))
  if (from?.at && from.at.getTime() > nowMs) issues.push(issue('START_IN_FUTURE', ['from', 'at'], { at: from.at.toISOString() }))
  return issues
}

function firstIssues(first: number): readonly Issue[] {
  if (first < 1) return [issue('FIRST_TOO_SMALL', ['first'], { first })]
  return first > MAX_FIRST ? [issue('FIRST_TOO_LARGE', ['first'], { first, maxFirst: MAX_FIRST })] : []
}

function throwIssues(issues: readonly Issue[]): void {
  if (issues.length > 0) throw new BadQueryError(issues)
}
