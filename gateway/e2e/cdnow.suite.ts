// The acceptance of the whole pipeline: real purchases through the import tool, the collector, PostgreSQL, the worker and ClickHouse,
// asked through the gateway with an API key, equal to the published figures of DEFINITIONS.md section 4.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { projectRoot } from '#ops/config.ts'
import { ask, runMain, until, type RunningSystem } from '#ops/e2e/system.ts'

const file = join(projectRoot, '../shared/reference/CDNOW_sample.txt')
const map = join(projectRoot, 'ops/examples/cdnow.map.json')
const hasFile = existsSync(file)
if (!hasFile) console.log(`skipped: the CDNOW acceptance needs ${file}, which is not here`)

const metrics = `query ($start: DateTime!, $end: DateTime!) {
  metrics(input: { range: { start: $start, end: $end }, timeZone: "UTC" }) { rows { purchases payers revenue } totals { purchases payers revenue } info { sql asOf isTruncated } }
}`
const firstPurchase = `query FirstPurchase {
  cohorts(input: { entry: { kind: FIRST_EVENT, event: "purchase" }, activity: { event: "purchase" }, grain: MONTH, periods: 12,
                   range: { start: "1997-01-01T00:00:00Z", end: "1997-04-01T00:00:00Z" }, timeZone: "UTC" }) {
    rows { start size periods { index users retention revenue cumulativeRevenue ltv matureUsers isPartial } }
  }
}`

export function describeCdnow(running: () => RunningSystem): void {
  describe.skipIf(!hasFile)('CDNOW through the whole pipeline', () => {
    let system: RunningSystem
    let apiKey: string

    beforeAll(async () => {
      system = running()
      apiKey = system.demo.tenants.find((tenant) => tenant.slug === 'initech')!.apiKey
    })

    const importFile = () => runMain('subgraphs/analytics/collector/import/server.ts', ['--tenant', 'initech', '--app', 'shop', '--map', map, file], system)
    const total = async () =>
      (await ask(system, { query: metrics, variables: { start: '1997-01-01T00:00:00Z', end: '1998-07-01T00:00:00Z' }, authorization: apiKey })).data?.metrics
    /** Resolves when nothing that was acknowledged until now waits to be copied: what would be counted twice is there by then. */
    const copied = () => {
      const importEnd = Date.now()
      return until(async () => Date.parse((await total())?.info?.asOf ?? '') > importEnd, { what: 'all batches to be copied', timeoutMs: 60_000 })
    }

    it('imports 6,919 purchases and gives the published totals', async () => {
      const run = await importFile()
      expect(run.output).toContain('6919 read, 6919 accepted, 0 duplicates, 0 rejected')
      expect(run.code).toBe(0)
      await copied()
      const answer = await total()
      expect(answer.rows).toEqual([{ purchases: '6919', payers: '2357', revenue: '244091.94' }])
      expect(answer.totals).toEqual({ purchases: '6919', payers: '2357', revenue: '244091.94' })
      expect(answer.info.isTruncated).toBe(false)
      expect(answer.info.sql).toMatch(/tenant_id/)
    })

    it('counts a second import of the same file as duplicates only', async () => {
      const run = await importFile()
      expect(run.output).toContain('6919 read, 0 accepted, 6919 duplicates, 0 rejected')
      expect(run.code).toBe(0)
      await copied()
      expect((await total()).totals).toEqual({ purchases: '6919', payers: '2357', revenue: '244091.94' })
    })

    it('gives the published cohorts of first purchase', async () => {
      const answer = await ask(system, { query: firstPurchase, authorization: apiKey })
      expect(answer.errors).toBeUndefined()
      const rows = answer.data.cohorts.rows
      expect(rows.map((row: any) => [row.start, row.size])).toEqual([
        ['1997-01-01T00:00:00.000Z', '781'],
        ['1997-02-01T00:00:00.000Z', '857'],
        ['1997-03-01T00:00:00.000Z', '719'],
      ])
      expect(rows[0].periods.map((period: any) => Number(period.users))).toEqual([781, 118, 74, 69, 61, 77, 59, 54, 56, 52, 61, 46])
      expect(rows[0].periods.slice(0, 4).map((period: any) => period.ltv)).toEqual(['41.823316', '48.846044', '53.831895', '58.216376'])
      expect(rows[0].periods.every((period: any) => period.matureUsers === '781' && period.isPartial === false)).toBe(true)
      expect(rows[0].periods[0].retention).toBe(1)
    })

    it('holds 6,001 purchases in the twelve periods of the three cohorts', async () => {
      const query = firstPurchase.replace('index users', 'index purchases: events(name: "purchase") users')
      const rows = (await ask(system, { query, authorization: apiKey })).data.cohorts.rows
      expect(rows.flatMap((row: any) => row.periods).reduce((sum: number, period: any) => sum + Number(period.purchases), 0)).toBe(6001)
    })

    it('gives weekly cohorts equal to a calculation over the file', async () => {
      const query = firstPurchase.replace('grain: MONTH, periods: 12', 'grain: WEEK, periods: 6').replace('FirstPurchase', 'Weekly')
      const rows = (await ask(system, { query, authorization: apiKey })).data.cohorts.rows
      expect(rows.map((row: any) => ({ start: row.start, users: row.periods.map((period: any) => Number(period.users)), size: Number(row.size) }))).toEqual(
        weeklyFromFile(6),
      )
    })

    it('shows nothing of initech to another tenant', async () => {
      const other = system.demo.tenants.find((tenant) => tenant.slug === 'acme')!.apiKey
      const answer = await ask(system, { query: metrics, variables: { start: '1997-01-01T00:00:00Z', end: '1998-07-01T00:00:00Z' }, authorization: other })
      expect(answer.data.metrics.totals).toEqual({ purchases: '0', payers: '0', revenue: '0' })
    })
  })

  /** Straight from the file: first purchase by customer, its Monday, and who bought in days 7k…7k+6 after it. */
  function weeklyFromFile(periods: number): { start: string; users: number[]; size: number }[] {
    const day = 86_400_000
    const purchases = new Map<string, number[]>()
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      const [, id, date] = line.trim().split(/\s+/)
      if (id === undefined || date === undefined) continue
      const at = Date.UTC(Number(date.slice(0, 4)), Number(date.slice(4, 6)) - 1, Number(date.slice(6, 8)))
      purchases.set(id, [...(purchases.get(id) ?? []), at])
    }
    const weeks = new Map<number, number[][]>()
    for (const times of purchases.values()) {
      const first = Math.min(...times)
      if (first >= Date.UTC(1997, 3, 1)) continue
      const monday = first - ((new Date(first).getUTCDay() + 6) % 7) * day
      weeks.set(monday, [...(weeks.get(monday) ?? []), [...new Set(times.map((time) => Math.floor((time - first) / (7 * day))))]])
    }
    return [...weeks]
      .toSorted(([a], [b]) => a - b)
      .map(([monday, members]) => ({
        start: new Date(monday).toISOString(),
        size: members.length,
        users: Array.from({ length: periods }, (_, index) => members.filter((weeksOfUser) => weeksOfUser.includes(index)).length),
      }))
  }
}
