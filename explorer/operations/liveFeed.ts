import { liveDimensions, type LiveDimension } from '../query/liveQuery.ts'
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
  /** Of all that was received, how many conversions have which value; what takes one back and what was made up is not counted. */
  readonly values: ReadonlyMap<LiveDimension, ReadonlyMap<string, number>>
}

export const maxShown = 200
/** When so many wait the stream is put down where it stands, and taken up there again: the log keeps what comes meanwhile. */
export const maxWaiting = 1_000
export const minutesShown = 15
export const minuteMs = 60_000
/** Of one dimension; what comes with yet another counts with the rest. */
export const maxValues = 1_000
/** No value, and the values beyond `maxValues`: no id or name begins so. */
export const NONE = '\u0000none'
export const REST = '\u0000rest'

export const emptyFeed: LiveFeed = { shown: [], waiting: [], isPaused: false, received: 0, minutes: new Map(), values: new Map() }

/** `entries` in the order of the log. */
export function withEntries(feed: LiveFeed, entries: readonly LiveEntry[], nowMs: number): LiveFeed {
  const newest = entries.toReversed()
  const minutes = countMinutes(feed.minutes, entries, nowMs)
  const counted = { ...feed, received: feed.received + entries.length, minutes, values: countValues(feed.values, entries) }
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

/** How a value is shown: entities by name where they have one. */
export function valueOf(entry: LiveEntry, dimension: LiveDimension): string {
  const value = entry[dimension]
  if (value === null) return NONE
  return typeof value === 'string' ? value : (value.name ?? value.id)
}

function countValues(values: LiveFeed['values'], entries: readonly LiveEntry[]): LiveFeed['values'] {
  const counted = entries.filter(({ isTest, supersedes }) => !isTest && supersedes === null)
  if (counted.length === 0) return values
  return new Map(
    liveDimensions.map((dimension) => {
      const counts = new Map(values.get(dimension))
      for (const entry of counted) {
        const value = valueOf(entry, dimension)
        const key = counts.has(value) || counts.size < maxValues ? value : REST
        counts.set(key, (counts.get(key) ?? 0) + 1)
      }
      return [dimension, counts]
    }),
  )
}
