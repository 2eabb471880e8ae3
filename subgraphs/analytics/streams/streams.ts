import { questionOf } from '#db/conversions/positionSealer.ts'
import { joinGaps, readHead, readLog, readOldest, readSince, type LogEntry, type LogGap, type LogPosition } from '#db/conversions/readLog.ts'
import type { Auditor } from '#db/audit/auditor.ts'
import type { LogCondition } from '#db/conversions/logFilter.ts'
import type { Pool } from '#db/pool.ts'
import { createAlarm } from '#ops/alarm.ts'
import type { Logger } from '#ops/logging.ts'
import type { Identity } from '#ops/security/identity.ts'
import { failure } from '#ops/service/errors.ts'
import { BadQueryError, type Issue } from '#ops/service/issues.ts'
import { requireTenant } from '#ops/service/needs.ts'
import { issue } from '../compiler/issues.ts'
import { bindFilter, type ConversionFilterInput } from './bindFilter.ts'
import { createSight, toBatch, type BatchValue, type Sight } from './conversionValue.ts'
import { groupIssues } from './groupArguments.ts'
import { createGroupDesk, type GroupDesk } from './groupDesk.ts'
import { createGroupRooms } from './groupRooms.ts'
import { createLanes, type Lanes } from './lanes.ts'
import { createLogWatch } from './logWatch.ts'
import { createPositionCursors, type PositionCursors } from './positions.ts'
import { readStream } from './readStream.ts'
import { rejectConversion, type RejectInput } from './rejectConversion.ts'
import { sendTest, type TestConversionInput } from './sendTest.ts'
import { stoppable } from './stoppable.ts'
import { subscribeGroup } from './subscribeGroup.ts'

export type StreamsOptions = {
  /** Role umg_app. */
  readonly pool: Pool
  /** Connections of their own for short looks at where logs end, which must not wait behind readings of history. Default: `pool`. */
  readonly headPool?: Pool
  /** A connection of its own for LISTEN, while somebody reads; null polls alone. */
  readonly listenUrl: string | null
  /** Seals cursors. */
  readonly cursorKey: string
  /** Hashes the ids of users for keys that see them so. */
  readonly userHashKey: string
  readonly log: Logger
  readonly now: () => number
  /** How often the log is looked at without a notice. Default 1000. */
  readonly pollMs?: number
}

export type StreamStart = { readonly at?: Date | null; readonly position?: 'BEGINNING' | 'END' | null }
export type StreamArguments = {
  readonly after?: string | null
  readonly from?: StreamStart | null
  readonly group?: string | null
  readonly where?: ConversionFilterInput | null
  /** With `group`. */
  readonly maxInFlight?: number | null
}
export type PageArguments = { readonly first: number; readonly after?: string | null; readonly where?: ConversionFilterInput | null }

/** `position` is where to read on. */
export type PageValue = BatchValue & { readonly hasNextPage: boolean }

export type Streams = {
  /** The log from where it is asked for on, without end. Throws what is wrong with the question; what comes later is waited for. */
  readonly subscribe: (args: StreamArguments, identity: Identity) => Promise<AsyncIterableIterator<BatchValue, void>>
  readonly page: (args: PageArguments, identity: Identity) => Promise<PageValue>
  readonly groups: Pick<GroupDesk, 'acknowledge' | 'list' | 'remove'> & {
    readonly move: (name: string, identity: Identity, moving: { readonly to: StreamStart; readonly audit: Auditor }) => Promise<boolean>
  }
  /** Makes up an entry and answers its id. */
  readonly sendTest: (input: TestConversionInput, identity: Identity, audit: Auditor) => Promise<string>
  /** Takes a conversion back as fraud; answers the ids of the entries that do. */
  readonly reject: (input: RejectInput, identity: Identity, audit: Auditor) => Promise<readonly string[]>
  /** Streams that are open. */
  readonly readers: () => number
  readonly stop: () => Promise<void>
}

export const MAX_FIRST = 1_000
/** Looks of one page, each at 20,000 entries: a filter that hides more than these is read on from the cursor. */
const MAX_LOOKS = 50
/** Readings of one tenant's log at a time, of all its streams and pages: fewer than the pool has connections, so that the others get theirs. */
const READINGS_OF_ONE = 2

/** How often it is looked whether a group has something free without a notice of it. */
const GROUP_POLL_MS = 1_000

/** The log of conversions for those who ask: as a stream and in pages. */
export function createStreams(options: StreamsOptions): Streams {
  const { pool, headPool = pool, log, now } = options
  const watch = createLogWatch({ ...options, pool: headPool })
  const inLane = createLanes(READINGS_OF_ONE)
  const rooms = createGroupRooms({ pool, log, pollMs: options.pollMs ?? GROUP_POLL_MS })
  const desk = createGroupDesk({ pool, cursorKey: options.cursorKey, rooms })
  const endings = new Set<Promise<void>>()

  function bind(where: ConversionFilterInput | null | undefined, identity: Identity): Bound {
    const tenantId = requireTenant(identity)
    const { conditions, issues } = bindFilter(where, identity)
    const cursors = createPositionCursors(options.cursorKey, { tenantId, question: questionOf(conditions) })
    return { tenantId, conditions, issues, cursors, sight: createSight(identity, { cursors, userHashKey: options.userHashKey }) }
  }

  async function subscribe(args: StreamArguments, identity: Identity): Promise<AsyncIterableIterator<BatchValue, void>> {
    const { tenantId, conditions, issues, cursors, sight } = bind(args.where, identity)
    throwIssues([...issues, ...startIssues(args, now())])
    const after = typeof args.after === 'string' ? cursors.open(args.after, 'after') : null
    if (typeof args.group === 'string') {
      const findPlace = async (head: LogPosition) => (after === null ? findStart(tenantId, head, args) : checkedAgainst(head, after))
      const subscription = { tenantId, conditions, sight, identity, name: args.group, args, findStart: findPlace }
      return subscribeGroup({ pool, inLane, log, now, rooms, watch, endings }, subscription)
    }
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

  return {
    subscribe,
    page: async (args, identity) => readPage({ pool, headPool, inLane, now }, { args, bound: bind(args.where, identity) }),
    sendTest: (input, identity, audit) => sendTest(pool, { tenantId: requireTenant(identity), input, nowMs: now(), audit }),
    groups: {
      ...desk,
      move: async (name, identity, { to, audit }) => {
        throwIssues([...groupIssues({ group: name }), ...startIssues({ from: to }, now())])
        const tenantId = requireTenant(identity)
        const place = await findStart(tenantId, await readHead(headPool, tenantId), { from: to })
        return desk.move(name, identity, { to: place, audit })
      },
    },
    reject: (input, identity, audit) => rejectConversion(pool, input, { identity, audit }),
    readers: watch.readers,
    stop: async () => {
      await watch.stop()
      await Promise.all(endings)
      await rooms.stop()
    },
  }
}

type PageDependencies = { readonly pool: Pool; readonly headPool: Pool; readonly inLane: Lanes; readonly now: () => number }
type Bound = {
  readonly tenantId: string
  readonly conditions: readonly LogCondition[]
  readonly issues: readonly Issue[]
  readonly cursors: PositionCursors
  readonly sight: Sight
}
type PageQuestion = { readonly args: PageArguments; readonly bound: Bound }

async function readPage({ pool, headPool, inLane, now }: PageDependencies, { args: { first, after }, bound }: PageQuestion): Promise<PageValue> {
  const { tenantId, conditions, issues, cursors, sight } = bound
  throwIssues([...issues, ...firstIssues(first)])
  const head = await readHead(headPool, tenantId)
  let position = typeof after === 'string' ? checkedAgainst(head, cursors.open(after, 'after')) : await inLane(tenantId, () => readOldest(pool, tenantId, head))
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

/** A place that the log has not reached was sealed by another database than this one. */
function checkedAgainst(head: LogPosition, after: LogPosition): LogPosition {
  if (after.sequence > head.sequence) throw failure('BAD_CURSOR', { argument: 'after' })
  return after
}

function startIssues({ after, from, group, maxInFlight }: StreamArguments, nowMs: number): readonly Issue[] {
  const members = Object.entries({ after, from }).flatMap(([name, value]) => (value === null || value === undefined ? [] : [name]))
  const issues: Issue[] = []
  if (members.length > 1) issues.push(issue('START_NOT_ONE', ['from'], { members }))
  if (typeof group === 'string') issues.push(...groupIssues({ group, maxInFlight: maxInFlight ?? undefined }))
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
