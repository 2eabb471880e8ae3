import { describe, expect, it } from 'vitest'
import { referenceAnswer } from './answer.ts'
import { storedEvent } from './world.ts'
import { firstDifference } from './compareAnswers.ts'

const tenantId = '00000000-0000-4000-8000-00000000000a'
const paid = (country: string, revenue: string) =>
  storedEvent({ tenant_id: tenantId, event: 'purchase', event_id: country, user_id: country, country, revenue, at: '2024-03-01T00:00:00Z' })
const march = 'range: { start: "2024-03-01T00:00:00Z", end: "2024-04-01T00:00:00Z" } timeZone: "UTC"'
const query = `{ m: metrics(input: { ${march} groupBy: [{ dimension: COUNTRY }] orderBy: [{ measure: "revenue" }] limit: 2 }) {
  rows { country revenue } totals { revenue } } }`
const expected = referenceAnswer({
  world: [paid('DE', '5'), paid('FR', '3'), paid('US', '3')],
  tenantId,
  query,
  now: new Date('2024-05-01T00:00:00Z'),
})
const answer = (rows: readonly { country: string; revenue: string }[], revenue = '11.000000') => ({ m: { rows, totals: { revenue } } })

describe('comparing an answer with the reference', () => {
  it('takes amounts by their value and either of two equal rows at the limit', () => {
    expect(
      firstDifference(
        expected,
        answer([
          { country: 'DE', revenue: '5.000000' },
          { country: 'FR', revenue: '3' },
        ]),
      ),
    ).toBeNull()
    expect(
      firstDifference(
        expected,
        answer([
          { country: 'DE', revenue: '5' },
          { country: 'US', revenue: '3' },
        ]),
      ),
    ).toBeNull()
  })

  it('finds a wrong cell, a wrong order, a row too many, a row twice and a wrong total', () => {
    expect(
      firstDifference(
        expected,
        answer([
          { country: 'DE', revenue: '5.000001' },
          { country: 'FR', revenue: '3' },
        ]),
      ),
    ).toBe('m.rows[0].revenue is "5.000001" instead of "5"')
    expect(
      firstDifference(
        expected,
        answer([
          { country: 'FR', revenue: '3' },
          { country: 'DE', revenue: '5' },
        ]),
      ),
    ).toContain('m.rows[0]')
    expect(
      firstDifference(
        expected,
        answer([
          { country: 'DE', revenue: '5' },
          { country: 'DE', revenue: '5' },
        ]),
      ),
    ).toContain('m.rows[1]')
    expect(firstDifference(expected, answer([{ country: 'DE', revenue: '5' }]))).toBe('m.rows has 1 items instead of 2')
    expect(
      firstDifference(
        expected,
        answer(
          [
            { country: 'DE', revenue: '5' },
            { country: 'FR', revenue: '3' },
          ],
          '8',
        ),
      ),
    ).toBe('m.totals.revenue is "8" instead of "11"')
    expect(firstDifference(expected, null)).toBe('the answer is null')
  })
})
