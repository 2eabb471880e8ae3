import { describe, expect, it } from 'vitest'
import type { DataHead } from '#db/analytics/dataVersions.ts'
import { createEventsAhead } from './eventsAhead.ts'

const tenantId = '00000000-0000-4000-8000-0000000000a1'

/** Rows at some times, each with a version of its own, and a reader of them that is counted. */
function createStore() {
  const times: number[] = []
  let reads = 0
  const ahead = createEventsAhead(async ({ fromMs }) => {
    reads += 1
    return Math.min(...times.filter((timeMs) => timeMs >= fromMs))
  })
  const head = (): DataHead => ({
    version: times.length,
    changes: times.map((latestMs, index) => ({ version: index + 1, rows: { touches: [], values: {}, latestMs } })).slice(-8),
  })
  return {
    ahead: (fromMs: number, at = head()) => ahead({ tenantId, head: at, fromMs }),
    head,
    add: (...more: number[]) => times.push(...more),
    reads: () => reads,
  }
}

describe('events that are stored ahead of the clock', () => {
  it('are read once for all who ask, until one of them has come', async () => {
    const { ahead, add, reads } = createStore()
    expect(await Promise.all([ahead(1_000), ahead(1_000), ahead(1_001)])).toEqual([Infinity, Infinity, Infinity])
    expect(reads()).toBe(1)
    add(5_000, 9_000)
    expect(await ahead(2_000)).toBe(5_000)
    expect(await ahead(5_000)).toBe(5_000)
    expect(reads()).toBe(2)
    expect(await ahead(5_001)).toBe(9_000)
    expect(reads()).toBe(3)
  })

  it('are not read again for rows of the past, and are for those that may be ahead or of which nothing is known', async () => {
    const { ahead, add, head, reads } = createStore()
    expect(await ahead(10_000)).toBe(Infinity)
    add(10_500)
    expect(await ahead(11_000)).toBe(Infinity)
    expect(reads()).toBe(1)
    // Whoever asks about an earlier time is not told what holds only after the rows that came.
    expect(await ahead(10_200)).toBe(10_500)
    expect(reads()).toBe(2)
    add(99_000)
    expect(await ahead(12_000)).toBe(99_000)
    expect(reads()).toBe(3)
    add(1, 2, 3)
    expect(await ahead(12_500)).toBe(99_000)
    expect(reads()).toBe(3)
    expect(await ahead(13_000, { ...head(), version: 1_000, changes: [] })).toBe(99_000)
    expect(reads()).toBe(4)
  })

  it('are asked for again after a failure', async () => {
    const answers = [() => Promise.reject(new Error('away')), () => Promise.resolve(7)]
    const ahead = createEventsAhead(async () => answers.shift()?.() ?? Infinity)
    const of = { tenantId, head: { version: 1, changes: [] }, fromMs: 5 }
    await expect(ahead(of)).rejects.toThrow('away')
    expect(await ahead(of)).toBe(7)
  })
})
