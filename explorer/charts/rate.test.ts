import { describe, expect, it } from 'vitest'
import { testTheme } from '../testing/theme.ts'
import { rateOption } from './rate.ts'

const minutes = [
  { startMs: Date.parse('2026-03-01T12:00:00Z'), count: 4 },
  { startMs: Date.parse('2026-03-01T12:01:00Z'), count: 1200 },
]

describe('the rate', () => {
  it('is a bar per minute of the zone, the running one lighter', () => {
    const { series, xAxis } = rateOption({ minutes, timeZone: 'Europe/Berlin' }, testTheme)
    expect(xAxis).toMatchObject({ data: ['13:00', '13:01'] })
    expect(series).toMatchObject([
      {
        data: [
          { value: 4, itemStyle: { opacity: 1 } },
          { value: 1200, itemStyle: { opacity: 0.55 } },
        ],
      },
    ])
  })

  it('tells the minute and its number, and that one still runs', () => {
    const { formatter } = rateOption({ minutes, timeZone: 'UTC' }, testTheme).tooltip as { formatter: (hovered: unknown) => string }
    expect(formatter([{ dataIndex: 1 }])).toContain('12:01 (not complete)')
    expect(formatter([{ dataIndex: 1 }])).toContain('1,200')
    expect(formatter([{ dataIndex: 0 }])).not.toContain('not complete')
    expect(formatter([])).toBe('')
  })
})
