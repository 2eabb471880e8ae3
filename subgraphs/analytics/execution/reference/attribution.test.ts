import { describe, expect, it } from 'vitest'
import { asNumber, referenceAttribution } from './attribution.ts'
import { add, fraction, over, times, toNumber, toWhole } from './fractions.ts'
import { attributionQuestion } from './question.ts'
import { storedEvent } from './world.ts'

const tenantId = '00000000-0000-4000-8000-0000000000a1'
const converted = Date.parse('2026-05-20T00:00:00Z')
const DAY_MS = 86_400_000
const input = attributionQuestion.parse({
  conversion: { event: 'purchase' },
  range: { start: '2026-05-01T00:00:00Z', end: '2026-06-01T00:00:00Z' },
  timeZone: 'UTC',
  lookback: { clickDays: 40 },
  groupBy: [{ dimension: 'CHANNEL' }],
})

/** The credit of one conversion after touches so many days before, by channel. */
function creditOf(days: readonly (readonly [channel: string, days: number])[], name: string): Record<string, number> {
  const touches = days.map(([channel, age], i) =>
    storedEvent({ tenant_id: tenantId, event: 'click', event_id: String(i), touch: 'click', user_id: 'ada', channel, at: converted - age * DAY_MS }),
  )
  const purchase = storedEvent({ tenant_id: tenantId, event: 'purchase', event_id: 'x', user_id: 'ada', at: converted })
  const { rows } = referenceAttribution({ world: [purchase, ...touches], tenantId, input, now: converted })
  return Object.fromEntries(rows.map((row) => [row.labels.dimensions.get('CHANNEL') ?? '', asNumber(row.conversions({ name, halfLifeDays: 7, order: 1 }))]))
}

// Worked out by hand.
describe('the naive attribution', () => {
  it('halves the credit of a touch that is a half-life older', () => {
    const credit = creditOf(
      [
        ['a', 14],
        ['b', 7],
        ['c', 0],
      ],
      'TIME_DECAY',
    )
    expect(credit.a).toBeCloseTo(1 / 7, 12)
    expect(credit.b).toBeCloseTo(2 / 7, 12)
    expect(credit.c).toBeCloseTo(4 / 7, 12)
  })

  it('gives the ends two fifths each, and halves to two', () => {
    expect(
      creditOf(
        [
          ['a', 4],
          ['b', 3],
          ['c', 2],
          ['d', 1],
        ],
        'POSITION_BASED',
      ),
    ).toEqual({ a: 0.4, b: 0.1, c: 0.1, d: 0.4 })
    expect(
      creditOf(
        [
          ['a', 4],
          ['b', 3],
        ],
        'POSITION_BASED',
      ),
    ).toEqual({ a: 0.5, b: 0.5 })
    expect(creditOf([['a', 4]], 'POSITION_BASED')).toEqual({ a: 1 })
  })

  it('gives a conversion without touches to what is absent', () => {
    expect(creditOf([['a', 41]], 'LINEAR')).toEqual({ '': 1 })
  })
})

describe('fractions', () => {
  it('are exact, and round a half away from zero', () => {
    expect(add(fraction(1n, 3n), fraction(1n, 6n))).toEqual({ above: 1n, below: 2n })
    expect(times(fraction(-2n, 3n), fraction(3n, 4n))).toEqual({ above: -1n, below: 2n })
    expect(over(fraction(1n, 2n), fraction(-3n))).toEqual({ above: -1n, below: 6n })
    expect([1n, 3n, -1n, -3n].map((above) => toWhole(fraction(above, 2n)))).toEqual([1n, 2n, -1n, -2n])
    expect(toNumber(fraction(-2n, 3n))).toBe(-2 / 3)
  })
})
