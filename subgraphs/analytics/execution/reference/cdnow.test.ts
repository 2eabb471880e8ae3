import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { answerCdnow, cdnowFile, cdnowQuestions, hasCdnow } from './cdnow.ts'

const now = new Date('2026-11-22T00:00:00Z')
const questionNamed = (name: string): string => cdnowQuestions.find((each) => each.name === name)?.query ?? ''
const cohortsAnswer = z.object({
  cohorts: z.object({
    rows: z.array(
      z.object({
        start: z.string(),
        size: z.string(),
        periods: z.array(z.object({ users: z.string(), ltv: z.string(), events: z.string(), isPartial: z.boolean() })),
      }),
    ),
  }),
})

if (!hasCdnow()) process.stdout.write(`The published figures of CDNOW are skipped: ${cdnowFile} is not there.\n`)

describe.skipIf(!hasCdnow())('the reference over the CDNOW sample', () => {
  it('counts the published purchases, customers and dollars', () => {
    const { metrics } = answerCdnow({ query: questionNamed('the whole range'), now }).data
    expect(metrics).toMatchObject({
      totals: {
        purchases: '6919',
        payers: '2357',
        activeUsers: '2357',
        revenue: '244091.94',
        grossRevenue: '244091.94',
        refunds: '0',
        arpu: '103.560433',
      },
    })
  })

  it('finds the published cohorts of first purchase, their 30-day actives and lifetime value', () => {
    const { rows } = cohortsAnswer.parse(answerCdnow({ query: questionNamed('FirstPurchase'), now }).data).cohorts
    expect(rows.map((row) => [row.start, row.size])).toEqual([
      ['1997-01-01T00:00:00.000Z', '781'],
      ['1997-02-01T00:00:00.000Z', '857'],
      ['1997-03-01T00:00:00.000Z', '719'],
    ])
    const january = rows[0]?.periods ?? []
    expect(january.map((period) => Number(period.users))).toEqual([781, 118, 74, 69, 61, 77, 59, 54, 56, 52, 61, 46])
    expect(january.slice(0, 4).map((period) => period.ltv)).toEqual(['41.823316', '48.846044', '53.831895', '58.216376'])
    expect(rows.flatMap((row) => row.periods).reduce((sum, period) => sum + Number(period.events), 0)).toBe(6001)
    expect(rows.flatMap((row) => row.periods).some((period) => period.isPartial)).toBe(false)
  })

  it('puts each customer in one cohort, whatever the grain and zone', () => {
    for (const name of ['weekly cohorts', 'daily cohorts', 'weekly cohorts by day', 'weekly cohorts in Auckland']) {
      const { rows } = cohortsAnswer.parse(answerCdnow({ query: questionNamed(name), now }).data).cohorts
      expect(
        rows.reduce((sum, row) => sum + Number(row.size), 0),
        name,
      ).toBe(2357)
    }
  })
})
