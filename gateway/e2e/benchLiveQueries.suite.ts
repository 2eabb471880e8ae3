// The bench of live queries, tiny: it measures what it says.
import { expect, it } from 'vitest'
import { createFigures } from '#ops/bench/figure.ts'
import { benchLiveQueries } from '#ops/bench/streams/liveQueries.ts'
import type { RunningSystem } from '#ops/e2e/system.ts'

export function describeBenchOfLiveQueries(running: () => RunningSystem): void {
  it('a few watchers of a few live queries are answered while the bench measures them', async () => {
    const figures = createFigures(() => {})
    await benchLiveQueries({ system: running(), figures }, { watchers: 3, questions: 3, subscriptions: 6, changes: 3 })
    const named = (part: string): number[] => figures.all.filter(({ name }) => name.includes(part)).map(({ value }) => value)
    expect(figures.all.every(({ value }) => Number.isFinite(value) && value >= 0)).toBe(true)
    expect([named('server processes’ CPU').length, named('answers to').length, named('answers that came').length]).toEqual([3, 2, 2])
    expect(named('answers to 3 watchers').every((value) => value > 0)).toBe(true)
  }, 300_000)
}
