import { readConversionEvents } from '#db/analytics/conversionEvents.ts'
import { readDecisions, type LoggedEvent } from '#db/conversions/readDecisions.ts'
import type { Pool } from '#db/pool.ts'
import { createCursorSealer } from '#ops/security/cursor.ts'
import type { Identity } from '#ops/security/identity.ts'
import { BadQueryError } from '#ops/service/issues.ts'
import { requireTenant } from '#ops/service/needs.ts'
import { firstIssues } from '../compiler/bind/bindUsers.ts'
import type { EventsRequest } from '../compiler/request.ts'
import { lookbackMs } from '../model/credit.ts'
import { limits } from '../model/limits.ts'
import { openPlace, sealPlace } from './eventPlace.ts'
import { reasonOf, type ReasoningValue } from './reasoning.ts'
import type { EventRows, EventValue } from './shapeEvents.ts'

/** Reads events of one user as the asker may see them. */
type ReadEvents = (request: Omit<EventsRequest, 'kind' | 'userId'>) => Promise<EventRows>
type Options = { readonly pool: Pool; readonly cursorKey: string; readonly identity: Identity; readonly userId: string; readonly read: ReadEvents }

export type TimelineValue = {
  readonly entries: readonly TimelineEntryValue[]
  readonly hasNextPage: boolean
  readonly endCursor: string | null
}
/** `reasoning` is null for what is no conversion; it is read once for all entries of the page, when it is first asked for. */
export type TimelineEntryValue = EventValue & { readonly reasoning: () => Promise<ReasoningValue | null> }

/** A page of what the user did, the newest first. */
export async function readTimeline(options: Options, { first, after }: { readonly first: number; readonly after?: string | null }): Promise<TimelineValue> {
  const issues = firstIssues(first)
  if (issues.length > 0) throw new BadQueryError(issues)
  const { cursorKey, identity, userId, read } = options
  const sealer = createCursorSealer(cursorKey, [requireTenant(identity), 'timeline', userId])
  const before = typeof after === 'string' ? openPlace(sealer, after) : null
  const { events, hasMore } = await read({ startMs: null, endMs: null, touchesOnly: false, before, limit: first })
  let reasons: Promise<ReadonlyMap<EventValue, ReasoningValue>> | null = null
  const reasonsOfPage = () => (reasons ??= readReasons(options, events))
  const entries = events.map((event): TimelineEntryValue => ({ ...event, reasoning: async () => (await reasonsOfPage()).get(event) ?? null }))
  const last = events.at(-1)
  return { entries, hasNextPage: hasMore, endCursor: last === undefined ? null : sealPlace(sealer, last) }
}

/** Of the conversions among the events; of none for a key that may not see which they are. */
async function readReasons({ pool, identity, userId, read }: Options, events: readonly EventValue[]): Promise<ReadonlyMap<EventValue, ReasoningValue>> {
  const { masks } = identity
  if (masks.includes('event') || masks.includes('app')) return new Map()
  const tenantId = requireTenant(identity)
  const names = await readConversionEvents(pool, tenantId)
  const conversions = events.filter(({ event, app, isRefund }) => !isRefund && event !== null && names.get(app ?? '')?.has(event))
  if (conversions.length === 0) return new Map()
  const times = conversions.map(({ occurredAt }) => occurredAt.getTime())
  const startMs = Math.min(...times) - lookbackMs('click')
  const limit = limits.reasonedTouches
  const logged = new Map(conversions.map((each): [EventValue, LoggedEvent] => [each, { ...each, event: each.event ?? '', appId: each.app ?? '' }]))
  // A key that sees a part of the rows does not see what the whole of them has decided.
  const seesDecision = identity.filters.length === 0 && !masks.includes('decision')
  const [{ events: touches, hasMore }, decisions] = await Promise.all([
    read({ startMs, endMs: Math.max(...times) + 1, touchesOnly: true, before: null, limit }),
    readDecisions(pool, { tenantId, userId, events: seesDecision ? [...logged.values()] : [] }),
  ])
  // Of the oldest instant that was read some touches may be missing.
  const knownSinceMs = hasMore ? (touches.at(-1)?.occurredAt.getTime() ?? startMs) + 1 : startMs
  return new Map(
    conversions.map((each) => {
      const entry = logged.get(each)
      const decision = (entry === undefined ? undefined : decisions.get(entry)) ?? null
      return [each, reasonOf(each, { touches, knownSinceMs, decision, seesChannel: !masks.includes('channel') })]
    }),
  )
}
