import { describe, expect, it } from 'vitest'
import { referenceAnswer } from './answer.ts'
import { storedCost } from './costs.ts'
import { storedEvent } from './world.ts'

const acme = '00000000-0000-4000-8000-00000000000a'
const globex = '00000000-0000-4000-8000-00000000000b'
const cost = (day: string, amount: string, parts: Partial<Parameters<typeof storedCost>[0]> = {}) =>
  storedCost({ tenant_id: acme, day, cost: amount, campaign_id: 'c1', ...parts })
const event = (name: string, at: string, parts: Partial<Parameters<typeof storedEvent>[0]> = {}) =>
  storedEvent({ tenant_id: acme, event: name, event_id: `${name} ${at}`, at, campaign_id: 'c1', user_id: 'a', ...parts })

const world = [
  event('install', '2026-03-02T10:00:00Z'),
  event('purchase', '2026-03-03T10:00:00Z', { revenue: '12' }),
  event('purchase', '2026-03-10T10:00:00Z', { revenue: '6' }),
  event('install', '2026-03-10T11:00:00Z', { campaign_id: '', channel: 'organic', user_id: 'b' }),
]
const ask = (costs: readonly ReturnType<typeof cost>[], query: string) =>
  referenceAnswer({ world, costs, tenantId: acme, query, now: new Date('2026-06-01T00:00:00Z') }).data
const week = 'range: { start: "2026-03-09T00:00:00Z", end: "2026-03-16T00:00:00Z" } timeZone: "UTC"'

describe('costs, counted by hand', () => {
  it('of the best source alone, the newest of equal statements, of one tenant', () => {
    const costs = [
      cost('2026-03-10', '100', { source: 'link' }),
      cost('2026-03-10', '10', { source: 'import' }),
      cost('2026-03-10', '4', { source: 'import', recorded_at: '2026-04-01 00:00:00.000' }),
      cost('2026-03-10', '1', { source: 'import', country: 'DE' }),
      cost('2026-03-11', '7', { source: 'link' }),
      cost('2026-03-11', '50', { tenant_id: globex }),
      cost('2026-03-16', '90'),
    ]
    expect(ask(costs, `{ metrics(input: { ${week} }) { totals { cost roas roi ecpi attributedInstalls } } }`)).toEqual({
      metrics: { totals: { cost: '12', roas: 0.5, roi: -0.5, ecpi: null, attributedInstalls: '0' } },
    })
    // The link states it for Germany too, but the import is better informed of that day.
    const german = 'where: { country: { eq: "DE" } }'
    expect(ask(costs, `{ metrics(input: { ${week} ${german} }) { totals { cost } } }`)).toEqual({ metrics: { totals: { cost: '1' } } })
  })

  it('make a row of their own, and that of the week before is beside its bucket', () => {
    const costs = [cost('2026-03-02', '3'), cost('2026-03-12', '5', { campaign_id: 'posters' })]
    const query = `{ metrics(input: { ${week} groupBy: [{ time: WEEK }, { dimension: CAMPAIGN }] }) {
      rows { time { start } campaign { id } revenue cost costBefore: cost(compare: PREVIOUS_PERIOD) before: revenue(compare: PREVIOUS_PERIOD) } } }`
    const time = { start: '2026-03-09T00:00:00.000Z' }
    expect(ask(costs, query)).toEqual({
      metrics: {
        rows: [
          { time, campaign: { id: 'c1' }, revenue: '6', cost: '0', costBefore: '3', before: '12' },
          { time, campaign: { id: 'posters' }, revenue: '0', cost: '5', costBefore: '0', before: '0' },
          { time, campaign: null, revenue: '0', cost: '0', costBefore: '0', before: '0' },
        ],
      },
    })
  })

  it('of a cohort are those of its days and group', () => {
    const costs = [cost('2026-03-02', '8'), cost('2026-03-08', '1'), cost('2026-03-09', '50'), cost('2026-03-03', '90', { campaign_id: 'c2' })]
    const query = `{ cohorts(input: { range: { start: "2026-03-02T00:00:00Z", end: "2026-03-09T00:00:00Z" } timeZone: "UTC"
      entry: { kind: INSTALL } grain: WEEK periods: 2 groupBy: [{ dimension: CAMPAIGN }] }) { rows { campaign { id } size cost periods { roas } } } }`
    expect(ask(costs, query)).toEqual({ cohorts: { rows: [{ campaign: { id: 'c1' }, size: '1', cost: '9', periods: [{ roas: 12 / 9 }, { roas: 2 }] }] } })
  })
})
