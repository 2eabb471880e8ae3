import type { LiveEntry } from './liveStream.ts'

/** What the live page holds: the newest entries, those that wait while it is paused, and how many came in each minute. */
export type LiveFeed = {
  /** Newest first, at most `maxShown`. */
  readonly shown: readonly LiveEntry[]
  /** Newest first; they came while it was paused. */
  readonly waiting: readonly LiveEntry[]
  readonly isPaused: boolean
  /** All that came since the page was opened, those that wait included. */
  readonly received: number
  /** By the start of the minute, in milliseconds since 1970. */
  readonly minutes: ReadonlyMap<number, number>
}

export const maxShown = 200
/** When so many wait the stream is put down where it stands, and taken up there again: the log keeps what comes meanwhile. */
export const maxWaiting = 1_000
export const minutesShown = 15
export const minuteMs = 60_000

export const emptyFeed: LiveFeed = { shown: [], waiting: [], isPaused: false, received: 0, minutes: new Map() }

/** `entries` in the order of the log. */
export function withEntries(feed: LiveFeed, entries: readonly LiveEntry[], nowMs: number): LiveFeed {
  const newest = entries.toReversed()
  const counted = { ...feed, received: feed.received + entries.length, minutes: countMinutes(feed.minutes, entries, nowMs) }
  return feed.isPaused ? { ...counted, waiting: [...newest, ...feed.waiting] } : { ...counted, shown: [...newest, ...feed.shown].slice(0, maxShown) }
}

export const paused = (feed: LiveFeed): LiveFeed => ({ ...feed, isPaused: true })

/** Shows what waited. */
export const continued = (feed: LiveFeed): LiveFeed => ({
  ...feed,
  isPaused: false,
  waiting: [],
  shown: [...feed.waiting, ...feed.shown].slice(0, maxShown),
})

export const isFull = ({ waiting }: LiveFeed): boolean => waiting.length >= maxWaiting

export const minuteOf = (ms: number): number => Math.floor(ms / minuteMs) * minuteMs

/** The minutes that end with the current one, oldest first, each with how many entries came in it. */
export function lastMinutes({ minutes }: LiveFeed, nowMs: number): readonly { readonly startMs: number; readonly count: number }[] {
  const last = minuteOf(nowMs)
  return Array.from({ length: minutesShown }, (_each, index) => {
    const startMs = last - (minutesShown - 1 - index) * minuteMs
    return { startMs, count: minutes.get(startMs) ?? 0 }
  })
}

function countMinutes(minutes: ReadonlyMap<number, number>, entries: readonly LiveEntry[], nowMs: number): ReadonlyMap<number, number> {
  const oldest = minuteOf(nowMs) - minutesShown * minuteMs
  const next = new Map([...minutes].filter(([start]) => start >= oldest))
  for (const { recordedAt } of entries) {
    const start = minuteOf(Date.parse(recordedAt))
    if (start >= oldest) next.set(start, (next.get(start) ?? 0) + 1)
  }
  return next
}
