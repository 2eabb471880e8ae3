import { describe, expect, it } from 'vitest'
import { ago, since } from './ago.ts'

describe('how far an instant is from now', () => {
  const now = Date.parse('2026-03-10T12:00:00.000Z')
  it.each([
    ['2026-03-10T12:00:00.000Z', 'just now'],
    ['2026-03-10T11:59:01.000Z', 'just now'],
    ['2026-03-10T11:59:00.000Z', '1 minute ago'],
    ['2026-03-10T09:30:00.000Z', '2 hours ago'],
    ['2026-03-01T12:00:00.000Z', '9 days ago'],
    ['2026-03-10T12:00:30.000Z', 'in less than a minute'],
    ['2026-03-10T13:00:00.000Z', 'in 1 hour'],
    ['2026-04-09T12:00:00.000Z', 'in 30 days'],
  ])('%s is %s', (instant, words) => {
    expect(ago(instant, now)).toBe(words)
  })

  it('says of what has been that it has, also by a clock that is behind', () => {
    expect([since('2026-03-10T12:00:30.000Z', now), since('2026-03-10T11:59:00.000Z', now)]).toEqual(['just now', '1 minute ago'])
  })
})
