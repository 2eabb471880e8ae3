// kill -9 of the collector, the worker and ClickHouse in the middle of an import loses and doubles nothing.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, pidOf, runMain, startSystem, until, type RunningSystem } from './system.ts'

const rows = 200_000
const map = {
  format: 'csv',
  separator: ',',
  header: true,
  columns: { eventId: 'id', userId: 'user', occurredAt: 'at', revenue: 'amount' },
  constants: { event: 'purchase', currency: 'USD' },
}
// A year long before the demo world.
const query =
  '{ metrics(input: { range: { start: "2015-01-01T00:00:00Z", end: "2016-01-01T00:00:00Z" }, timeZone: "UTC" }) { totals { purchases payers revenue } info { asOf } } }'

describe('an import while processes are killed', () => {
  let system: RunningSystem
  beforeAll(async () => {
    system = await startSystem({ args: ['--scale', 'empty'] })
  })
  afterAll(async () => system?.remove())

  it('kill -9 of the collector, worker or ClickHouse in the middle loses and doubles nothing', async () => {
    const lines = ['id,user,at,amount']
    for (let index = 0; index < rows; index += 1)
      lines.push(`e${index},u${index % 5000},${new Date(Date.UTC(2015, 0, 1) + index * 150_000).toISOString()},0.01`)
    writeFileSync(join(system.dataDir, 'events.csv'), lines.join('\n'))
    writeFileSync(join(system.dataDir, 'map.json'), JSON.stringify(map))
    const running = runMain(
      'subgraphs/analytics/collector/import/server.ts',
      ['--tenant', 'globex', '--app', 'shop', '--map', join(system.dataDir, 'map.json'), join(system.dataDir, 'events.csv')],
      system,
    )
    let ended = false
    void running.then(() => (ended = true))
    const kills: string[] = []
    const total = async () =>
      (await ask(system, { query, authorization: system.demo.tenants.find((tenant) => tenant.slug === 'globex')!.apiKey })).data?.metrics
    await until(async () => Number((await total())?.totals?.purchases ?? 0) > 0, { what: 'the first rows', timeoutMs: 60_000, ...system })
    for (const name of ['worker', 'collector', 'ClickHouse', 'worker']) {
      if (ended) kills.push(`${name} after the import`)
      else kills.push(name)
      const before = system.output().split(`✓ ${name} runs again`).length
      process.kill(pidOf(system.dataDir, name), 'SIGKILL')
      await until(() => system.output().split(`✓ ${name} runs again`).length > before, { what: `${name} to run again`, timeoutMs: 60_000, ...system })
    }
    const run = await running
    expect(run.code, run.output).toBe(0)
    // The first ones hit a running import; the last ones may hit its copying.
    expect(kills.slice(0, 2)).toEqual(['worker', 'collector'])
    // Nothing waits any more: what would come twice has come.
    const importEnd = Date.now()
    await until(async () => Date.parse((await total())?.info?.asOf ?? '') > importEnd, { what: `${rows} purchases`, timeoutMs: 120_000, ...system })
    expect((await total()).totals).toEqual({ purchases: String(rows), payers: '5000', revenue: '2000' })
  })
})
