// Every query of DESIGN.md section 4, as it stands, over the demo world; numbers are checked against other questions about the same rows.
import { createClient } from 'graphql-ws'
import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { ask, until, type RunningSystem } from '#ops/e2e/system.ts'

const ROAS_BY_CAMPAIGN = `query RoasByCampaign {
  metrics(input: { range: { last: 28, unit: DAY }, timeZone: "Europe/Berlin", groupBy: [{ time: WEEK }, { dimension: CAMPAIGN }], where: { channel: { notIn: ["organic"] } },
                   orderBy: [{ measure: "revenue" }], limit: 20 }) {
    rows { time { start }  campaign { id name budget { amount currency } }  installs  revenue  cost  roas  before: installs(compare: PREVIOUS_PERIOD)  signUps: events(name: "sign_up") }
    totals { installs revenue cost roas }
    info { sql parameters rowsRead bytesRead elapsedMs cache asOf isApproximate isTruncated }
  }
}`
const RETENTION = `query Retention {
  cohorts(input: { entry: { kind: INSTALL }, grain: WEEK, periods: 12, range: { last: 12, unit: WEEK }, timeZone: "UTC", groupBy: [{ dimension: CHANNEL }] }) {
    rows { start channel size periods { index users retention cumulativeRevenue ltv roas matureUsers isPartial } }
  }
}`
const FIRST_PURCHASE = `query FirstPurchase {
  cohorts(input: { entry: { kind: FIRST_EVENT, event: "purchase" }, activity: { event: "purchase" }, grain: MONTH, periods: 12,
                   range: { start: "1997-01-01T00:00:00Z", end: "1997-04-01T00:00:00Z" }, timeZone: "UTC" }) {
    rows { start size periods { index users retention revenue cumulativeRevenue ltv matureUsers isPartial } }
  }
}`
const MODELS = `query Models {
  attribution(input: { conversion: { event: "purchase" }, range: { last: 30, unit: DAY }, lookback: { clickDays: 7, viewDays: 1 }, timeZone: "UTC" }) {
    rows {
      campaign { id name }
      last: conversions(model: LAST_TOUCH)  linear: conversions(model: LINEAR)  markov: conversions(model: MARKOV)  shapley: conversions(model: SHAPLEY)
      revenue(model: TIME_DECAY, halfLifeDays: 7)  cost  roas(model: MARKOV)
    }
  }
}`
const LIVE = `subscription Live { conversions(from: { position: END }) { cursor entries { event revenue { amount currency } campaign { name } } } }`

export function describeDesignQueries(running: () => RunningSystem): void {
  describe('the queries of the design over the demo world', () => {
    const acme = () => running().demo.tenants[0]!
    const asking = async (query: string) => {
      const answer = await ask(running(), { query, authorization: acme().apiKey })
      expect(answer.errors).toBeUndefined()
      return answer.data
    }
    const sum = (values: readonly (string | number | null)[]) => values.reduce<number>((total, value) => total + Number(value ?? 0), 0)

    it('RoasByCampaign answers named campaigns, best first, with ratios of their own sums', async () => {
      const { metrics } = await asking(ROAS_BY_CAMPAIGN)
      expect(metrics.rows).toHaveLength(20)
      const revenues = metrics.rows.map((row: any) => Number(row.revenue))
      expect(revenues).toEqual(revenues.toSorted((a: number, b: number) => b - a))
      for (const row of metrics.rows) {
        if (row.campaign !== null) expect(row.campaign.name).toEqual(expect.any(String))
        if (Number(row.cost) > 0) expect(row.roas).toBeCloseTo(Number(row.revenue) / Number(row.cost), 9)
      }
      expect(metrics.totals.roas).toBeCloseTo(Number(metrics.totals.revenue) / Number(metrics.totals.cost), 9)
      expect(metrics.info.isTruncated).toBe(true)
      expect(metrics.info.sql).toContain('SELECT')
    })

    it('its totals and its previous period are those of the questions that ask for them alone', async () => {
      const where = 'where: { channel: { notIn: ["organic"] } }'
      const { metrics } =
        await asking(`{ metrics(input: { range: { last: 28, unit: DAY }, timeZone: "Europe/Berlin", groupBy: [{ time: WEEK }, { dimension: CAMPAIGN }], ${where}, limit: 10000 }) {
      rows { installs cost } totals { installs revenue cost before: installs(compare: PREVIOUS_PERIOD) } } }`)
      expect(sum(metrics.rows.map((row: any) => row.installs))).toBe(Number(metrics.totals.installs))
      expect(sum(metrics.rows.map((row: any) => row.cost))).toBeCloseTo(Number(metrics.totals.cost), 4)
      const alone = await asking(
        `{ metrics(input: { range: { last: 28, unit: DAY }, timeZone: "Europe/Berlin", ${where} }) { totals { installs revenue cost } } }`,
      )
      expect(alone.metrics.totals).toMatchObject({ installs: metrics.totals.installs, revenue: metrics.totals.revenue, cost: metrics.totals.cost })
      // The 28 local days before the first ones of the range.
      const { metrics: longer } = await asking(
        `{ metrics(input: { range: { last: 56, unit: DAY }, timeZone: "Europe/Berlin", groupBy: [{ time: DAY }], ${where} }) { rows { time { start } installs } } }`,
      )
      const earlier = longer.rows.toSorted((a: any, b: any) => a.time.start.localeCompare(b.time.start)).slice(0, 28)
      expect(sum(earlier.map((row: any) => row.installs))).toBe(Number(metrics.totals.before))
      expect(Number(metrics.totals.before)).toBeGreaterThan(0)
    })

    it('Retention answers a cohort per week and channel whose users never exceed its size', async () => {
      const { cohorts } = await asking(RETENTION)
      expect(new Set(cohorts.rows.map((row: any) => row.start)).size).toBe(12)
      expect(new Set(cohorts.rows.map((row: any) => row.channel)).size).toBeGreaterThan(4)
      for (const row of cohorts.rows) {
        expect(row.periods).toHaveLength(12)
        for (const period of row.periods) {
          expect(Number(period.users)).toBeLessThanOrEqual(Number(row.size))
          expect(period.retention).toBeCloseTo(Number(period.users) / Number(row.size), 9)
        }
      }
      const { metrics } = await asking(`{ metrics(input: { range: { last: 12, unit: WEEK }, timeZone: "UTC" }) { totals { installs } } }`)
      // Nobody installs twice in the demo world, so that its installs are the members.
      expect(sum(cohorts.rows.map((row: any) => row.size))).toBe(Number(metrics.totals.installs))
    })

    it('FirstPurchase answers no cohort of 1997, since the demo world has none', async () => {
      expect((await asking(FIRST_PURCHASE)).cohorts.rows).toEqual([])
    })

    it('Models credits every purchase once, by each model', async () => {
      const { attribution } = await asking(MODELS)
      const { metrics } = await asking(`{ metrics(input: { range: { last: 30, unit: DAY }, timeZone: "UTC" }) { totals { purchases cost revenue } } }`)
      for (const model of ['last', 'linear', 'markov', 'shapley'])
        expect(sum(attribution.rows.map((row: any) => row[model]))).toBeCloseTo(Number(metrics.totals.purchases), 6)
      expect(sum(attribution.rows.map((row: any) => row.cost))).toBeCloseTo(Number(metrics.totals.cost), 4)
      expect(attribution.rows.filter((row: any) => row.campaign?.name).length).toBeGreaterThan(5)
      const differ = (a: string, b: string) => attribution.rows.some((row: any) => Math.abs(row[a] - row[b]) > 0.5)
      expect([differ('last', 'linear'), differ('linear', 'markov'), differ('markov', 'shapley')]).toEqual([true, true, true])
    })

    it('its ratios by MARKOV are of the revenue that a question of its own credits, and rows add up to the totals', async () => {
      const { attribution } = await asking(MODELS)
      const input = MODELS.slice(MODELS.indexOf('attribution('), MODELS.indexOf(' {\n    rows'))
      const { attribution: alone } = await asking(
        `{ ${input} { rows { campaign { id } revenue(model: MARKOV) cost roas(model: MARKOV) } totals { revenue(model: MARKOV) last: revenue(model: LAST_TOUCH) } } }`,
      )
      expect(alone.rows.map((row: any) => row.roas)).toEqual(attribution.rows.map((row: any) => row.roas))
      for (const row of alone.rows) if (Number(row.cost) > 0) expect(row.roas).toBeCloseTo(Number(row.revenue) / Number(row.cost), 6)
      expect(Number(alone.totals.revenue)).toBeCloseTo(Number(alone.totals.last), 4)
      expect(sum(alone.rows.map((row: any) => row.revenue))).toBeCloseTo(Number(alone.totals.revenue), 3)
    })

    it('Live delivers a posted purchase with the name of the campaign that its user had clicked', async () => {
      const { campaigns } = await asking('{ campaigns(first: 1) { id name } }')
      const client = createClient({
        url: running().demo.wsUrl,
        webSocketImpl: WebSocket,
        connectionParams: { authorization: `Bearer ${acme().apiKey}` },
        retryAttempts: 0,
      })
      const opened = new Promise<void>((resolve) => client.on('connected', () => resolve()))
      const frames = client.iterate<{ conversions: { entries: readonly unknown[] } }>({ query: LIVE })
      const first = frames.next()
      await opened
      const occurredAt = new Date().toISOString()
      const post = async (n: number) => {
        const userId = `design-live-${n}`
        const events = [
          { eventId: `${userId}-click`, event: 'click', occurredAt, userId, touch: { kind: 'click', campaign: campaigns[0].id } },
          { eventId: `${userId}-purchase`, event: 'purchase', occurredAt, userId, revenue: { amount: '9.99', currency: 'EUR' } },
        ]
        const answer = await fetch(`${running().demo.collectorUrl}/v1/events`, {
          method: 'POST',
          headers: { authorization: `Bearer ${acme().ingestKey}`, 'content-type': 'application/json' },
          body: JSON.stringify(events),
        })
        expect(await answer.json()).toMatchObject({ accepted: 2 })
      }
      let arrived = false
      const done = first.then((frame) => {
        arrived = true
        return frame
      })
      // From the end: what is posted before the subscription stands is not promised, so one is posted until the first arrives.
      let posted = 0
      const postAnother = async () => {
        if (!arrived) await post((posted += 1))
        return arrived
      }
      await until(postAnother, { what: 'a purchase to reach the subscriber', timeoutMs: 20_000 })
      const { value } = await done
      expect(value?.data?.conversions.entries[0]).toEqual({
        event: 'purchase',
        revenue: { amount: expect.stringMatching(/^9\.990*$/), currency: 'EUR' },
        campaign: { name: campaigns[0].name },
      })
      await frames.return?.()
      await client.dispose()
    })
  })
}
