// The bench of live queries, tiny: it measures what it says, over a system of its own.
import { expect, it } from 'vitest'
import { createFigures } from '../bench/figure.ts'
import { benchLiveQueries } from '../bench/streams/liveQueries.ts'
import { startSystem } from './system.ts'

it('a few watchers of a few live queries are answered while they are measured', async () => {
  const figures = createFigures(() => {})
  const system = await startSystem({ args: ['--scale', 'empty'] })
  try {
    await benchLiveQueries({ system, figures }, { watchers: 3, questions: 3, subscriptions: 6, changes: 3 })
  } finally {
    await system.remove()
  }
  const named = (part: string): number[] => figures.all.filter(({ name }) => name.includes(part)).map(({ value }) => value)
  expect(figures.all.every(({ value }) => Number.isFinite(value) && value >= 0)).toBe(true)
  expect([named('server processes’ CPU').length, named('answers').length]).toEqual([3, 5])
  expect(named('answers to 3 watchers').every((value) => value > 0)).toBe(true)
}, 300_000)
