// cohorts and metrics through the gateway beside the same SQL sent straight to ClickHouse, in turn: A B A B ….
import { createClickHouse, tenantStatement } from '#db/clickhouse/client.ts'
import { readConfig } from '#ops/config.ts'
import { ask, type RunningSystem } from '#ops/e2e/system.ts'
import { median, quantile, type Figures } from './figure.ts'

const events = 3_000_000
const users = 300_000
const runs = 15
const goal = 1.3

const questions = {
  metrics: `metrics(input: { range: { start: "2026-01-01T00:00:00Z", end: "2026-07-01T00:00:00Z" }, timeZone: "Europe/Berlin", groupBy: [{ time: DAY }, { dimension: COUNTRY }], limit: 2000 }) {
    rows { time { start } country installs activeUsers payers purchases revenue arpu } totals { activeUsers revenue } info { sql parameters rowsRead bytesRead elapsedMs } }`,
  'metrics without uniques': `metrics(input: { range: { start: "2026-01-01T00:00:00Z", end: "2026-07-01T00:00:00Z" }, timeZone: "UTC", groupBy: [{ time: WEEK }] }) {
    rows { time { start } installs purchases revenue } totals { revenue } info { sql parameters rowsRead bytesRead elapsedMs } }`,
  cohorts: `cohorts(input: { entry: { kind: INSTALL }, grain: WEEK, periods: 12, range: { start: "2026-01-05T00:00:00Z", end: "2026-06-29T00:00:00Z" }, timeZone: "UTC" }) {
    rows { start size periods { index users retention cumulativeRevenue ltv } } info { sql parameters rowsRead bytesRead elapsedMs } }`,
} as const

export async function benchQueries(options: { system: RunningSystem; figures: Figures }): Promise<void> {
  const { system, figures } = options
  const tenant = system.demo.tenants[0]
  if (tenant === undefined) throw new Error('the demo has no tenant')
  const config = readConfig.owner({ DATA_DIR: system.dataDir, PORT: String(system.port) })
  await fill({ config, tenantId: tenant.id })
  const analytics = createClickHouse({ ...config.clickhouse, user: 'analytics', password: config.clickhousePasswords.analytics })
  try {
    for (const [name, question] of Object.entries(questions))
      await compare({
        name,
        question,
        system,
        key: tenant.apiKey,
        direct: (query, parameters) => direct({ query, parameters, statement: tenantStatement(config.tenantSecret, tenant.id) }),
        figures,
      })
  } finally {
    await analytics.close()
  }

  async function direct(request: { query: string; parameters: Record<string, unknown>; statement: string }): Promise<void> {
    const answer = await analytics.query({
      query: request.query,
      query_params: request.parameters,
      format: 'JSONCompactEachRow',
      clickhouse_settings: { log_comment: request.statement },
    })
    await answer.text()
  }
}

async function compare(options: {
  name: string
  question: string
  system: RunningSystem
  key: string
  direct: (query: string, parameters: Record<string, unknown>) => Promise<void>
  figures: Figures
}): Promise<void> {
  const { name, question, system, key, figures } = options
  const through = () => ask(system, { query: `{ ${question} }`, authorization: key })
  const first = await through()
  const info = Object.values(first.data ?? {}).map(
    (result) => (result as { info?: { sql: string; parameters: Record<string, unknown>; rowsRead: string } } | null)?.info,
  )[0]
  if (info === undefined) throw new Error(`${name} did not answer: ${JSON.stringify(first.errors).slice(0, 500)}`)
  const times: { through: number[]; direct: number[] } = { through: [], direct: [] }
  for (let run = 0; run < runs + 2; run += 1) {
    const a = await timed(through)
    const b = await timed(() => options.direct(info.sql, info.parameters))
    // The first two pairs warm caches and compiled code.
    if (run < 2) continue
    times.through.push(a)
    times.direct.push(b)
  }
  const ratios = times.through.map((time, index) => time / (times.direct[index] ?? Number.NaN))
  figures.add({
    name: `${name} through the gateway, p50`,
    value: median(times.through),
    unit: `ms over ${Number(info.rowsRead).toLocaleString('en-US')} rows read`,
    ratio: median(ratios),
    against: `the same SQL straight to ClickHouse (${median(times.direct).toFixed(1)} ms); goal ${goal}`,
  })
  figures.add({ name: `${name} through the gateway, p95`, value: quantile(times.through, 0.95), unit: 'ms' })
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

/** An install for each user and later activity that decays; made inside ClickHouse, the same at every run. */
async function fill(options: { config: ReturnType<typeof readConfig.owner>; tenantId: string }): Promise<void> {
  const client = createClickHouse(options.config.clickhouse)
  const installed = `toDateTime64('2026-01-01 00:00:00', 3, 'UTC') + toIntervalSecond((cityHash64('install', user) % 15552000))`
  try {
    await client.command({
      query: `INSERT INTO ${options.config.clickhouse.database}.events (tenant_id, app_id, user_id, event, occurred_at, recorded_at, event_id, platform, country, app_version, revenue, original_amount, original_currency)
        SELECT '${options.tenantId}', '22222222-2222-4222-8222-222222222222', toString(user), multiIf(number < ${users}, 'install', cityHash64('e', number) % 20 = 0, 'purchase', 'level') AS name,
          ${installed} + if(number < ${users}, toIntervalSecond(0), toIntervalSecond(toUInt32(exp2((cityHash64('t', number) % 230000) / 10000)))) AS at, at, toString(number), ['ios', 'android', 'web'][user % 3 + 1], ['DE', 'US', 'BR', 'IN', 'FR', 'JP', 'GB', 'MX'][user % 8 + 1], '4.2.0',
          if(name = 'purchase', toDecimal128((cityHash64('r', number) % 5000) / 100, 6), toDecimal128(0, 6)) AS amount, amount, 'USD'
        FROM (SELECT number, if(number < ${users}, number, cityHash64('u', number) % ${users}) AS user FROM numbers(${events}))`,
    })
    await client.command({ query: `OPTIMIZE TABLE ${options.config.clickhouse.database}.events FINAL` })
  } finally {
    await client.close()
  }
}
