import { describe, expect, it } from 'vitest'
import { continued, emptyFeed, isFull, lastMinutes, maxShown, maxValues, maxWaiting, minuteMs, NONE, paused, REST, withEntries } from './liveFeed.ts'
import type { LiveEntry } from './liveStream.ts'

const nowMs = Date.parse('2026-03-01T12:00:30Z')
const entry = (id: string, recordedMs = nowMs): LiveEntry => ({
  id,
  event: 'purchase',
  occurredAt: new Date(recordedMs).toISOString(),
  recordedAt: new Date(recordedMs).toISOString(),
  userId: null,
  country: null,
  platform: null,
  isTest: false,
  supersedes: null,
  isRetraction: false,
  correction: null,
  revenue: null,
  app: null,
  campaign: null,
  partner: null,
  decision: null,
})
const idsOf = (entries: readonly LiveEntry[]) => entries.map(({ id }) => id)
const many = (count: number) => Array.from({ length: count }, (_each, index) => entry(String(index)))

describe('the feed', () => {
  it('shows the newest on top', () => {
    const feed = withEntries(withEntries(emptyFeed, [entry('1'), entry('2')], nowMs), [entry('3')], nowMs)
    expect(idsOf(feed.shown)).toEqual(['3', '2', '1'])
    expect(feed.received).toBe(3)
  })

  it('lets what comes wait while it is paused, and shows all of it when it goes on', () => {
    const before = withEntries(emptyFeed, [entry('1')], nowMs)
    const waiting = withEntries(withEntries(paused(before), [entry('2')], nowMs), [entry('3')], nowMs)
    expect([idsOf(waiting.shown), idsOf(waiting.waiting), waiting.received]).toEqual([['1'], ['3', '2'], 3])
    expect(idsOf(continued(waiting).shown)).toEqual(['3', '2', '1'])
    expect(continued(waiting).waiting).toEqual([])
  })

  it('lists no more than it can show, and says when too much waits', () => {
    expect(withEntries(emptyFeed, many(maxShown + 5), nowMs).shown).toHaveLength(maxShown)
    expect(isFull(withEntries(paused(emptyFeed), many(maxWaiting - 1), nowMs))).toBe(false)
    expect(isFull(withEntries(paused(emptyFeed), many(maxWaiting), nowMs))).toBe(true)
  })

  it('counts by the minute in which an entry was recorded, and forgets the old ones', () => {
    const feed = withEntries(emptyFeed, [entry('1', nowMs - 20 * minuteMs), entry('2', nowMs - minuteMs), entry('3'), entry('4')], nowMs)
    const minutes = lastMinutes(feed, nowMs)
    expect(minutes).toHaveLength(15)
    expect(minutes.slice(-3).map(({ count }) => count)).toEqual([0, 1, 2])
    expect(minutes.at(-1)?.startMs).toBe(Date.parse('2026-03-01T12:00:00Z'))
    const later = withEntries(feed, [], nowMs + 30 * minuteMs)
    expect(later.minutes.size).toBe(0)
  })

  it('counts the values of conversions, neither of tests nor of what takes one back, and no more of them than it holds', () => {
    const inCountry = (id: string, country: string | null, more: Partial<LiveEntry> = {}): LiveEntry => ({ ...entry(id), country, ...more })
    const first = withEntries(emptyFeed, [inCountry('1', 'DE'), inCountry('2', null), inCountry('3', 'DE', { isTest: true })], nowMs)
    const feed = withEntries(first, [inCountry('4', 'DE'), inCountry('5', 'FR', { supersedes: '1' })], nowMs)
    expect([...(feed.values.get('country') ?? [])]).toEqual([
      ['DE', 2],
      [NONE, 1],
    ])
    const campaigns = Array.from({ length: maxValues + 7 }, (_each, index) => ({ ...entry(String(index)), campaign: { id: `c${index}`, name: null } }))
    const counts = withEntries(emptyFeed, campaigns, nowMs).values.get('campaign')
    expect(counts?.get('c0')).toBe(1)
    expect(counts?.get(REST)).toBe(7)
  })
})
