// The three analyses over the demo world, through the gateway, beside the best SQL that a person would write for our tables: the statements of
// shared/reference/sql, told for the columns of `events`. In turn: A B A B ….
import { createClickHouse } from '#db/clickhouse/client.ts'
import { readConfig } from '#ops/config.ts'
import { ask, type RunningSystem } from '#ops/e2e/system.ts'
import { median, quantile, type Figures } from './figure.ts'

const runs = 11
const warmUps = 2
const goal = 1.3
const DAY_MS = 86_400_000

type Analysis = { readonly name: string; readonly question: string; readonly handWritten: string }
type Span = { readonly start: string; readonly end: string }

const isoDay = (instantMs: number) => new Date(instantMs).toISOString().slice(0, 10)
/** The last `days` whole days before today, in UTC. */
function lastDays(days: number, nowMs: number): Span {
  const end = Math.floor(nowMs / DAY_MS) * DAY_MS
  return { start: isoDay(end - days * DAY_MS), end: isoDay(end) }
}
const range = ({ start, end }: Span) => `range: { start: "${start}T00:00:00Z", end: "${end}T00:00:00Z" }, timeZone: "UTC"`
const info = 'info { rowsRead bytesRead }'

// 01_timeseries: counts and sums by day, country and platform over half a year.
function timeSeries(span: Span): Analysis {
  return {
    name: 'metrics by day, country and platform',
    question: `metrics(input: { ${range(span)}, groupBy: [{ time: DAY }, { dimension: COUNTRY }, { dimension: PLATFORM }], where: { country: { in: ["US", "DE", "BR"] } }, limit: 5000 }) {
      rows { time { start } country platform impressions clicks installs revenue } ${info} }`,
    handWritten: `SELECT toDate(occurred_at) AS d, country, platform, countIf(touch = 'impression'), countIf(touch = 'click'), countIf(event = 'install'), sum(revenue)
      FROM events WHERE tenant_id = {tenant:UUID} AND occurred_at >= '${span.start}' AND occurred_at < '${span.end}' AND country IN ('US', 'DE', 'BR')
      GROUP BY d, country, platform ORDER BY d, country, platform`,
  }
}

// 02b_cohort_retention_uniq and 03_ltv in one: our rows do not carry the install's time, so a person joins the users' installs.
function retention(span: Span): Analysis {
  return {
    name: 'cohorts by week of install, twelve weeks',
    question: `cohorts(input: { entry: { kind: INSTALL }, grain: WEEK, periods: 12, ${range(span)} }) { rows { start size periods { index users retention cumulativeRevenue ltv } } ${info} }`,
    handWritten: `WITH installs AS (SELECT user_id, min(occurred_at) AS installed_at FROM events WHERE tenant_id = {tenant:UUID} AND touch = 'none' AND event = 'install' AND user_id != '' GROUP BY user_id
        HAVING installed_at >= '${span.start}' AND installed_at < '${span.end}')
      SELECT toMonday(installed_at) AS week, intDiv(dateDiff('second', installed_at, occurred_at), 604800) AS k, uniqExactIf(user_id, event NOT IN ('install', 'refund') AND NOT is_refund) AS users, sum(revenue) AS revenue
      FROM events INNER JOIN installs USING (user_id)
      WHERE tenant_id = {tenant:UUID} AND touch = 'none' AND occurred_at >= '${span.start}' AND occurred_at >= installed_at AND k < 12 GROUP BY week, k ORDER BY week, k`,
  }
}

// 06_attr_models: five rule models in one pass, per conversion of a user and not per install.
function models(span: Span): Analysis {
  const lookback = isoDay(Date.parse(`${span.start}T00:00:00Z`) - 7 * DAY_MS)
  const model = (name: string) => `${name}: conversions(model: ${name.toUpperCase()})`
  return {
    name: 'attribution of purchases to campaigns, five models',
    question: `attribution(input: { conversion: { event: "purchase" }, ${range(span)}, lookback: { clickDays: 7, viewDays: 1 } }) {
      rows { campaign { id } ${['first_touch', 'last_touch', 'linear', 'position_based', 'time_decay'].map(model).join(' ')} } ${info} }`,
    handWritten: `WITH users AS (
        SELECT arraySort(groupArrayIf((toUnixTimestamp64Milli(occurred_at), toUInt8(touch = 'click'), toString(campaign_id)), touch != 'none')) AS touches,
          groupArrayIf(toUnixTimestamp64Milli(occurred_at), touch = 'none' AND event = 'purchase' AND NOT is_refund AND occurred_at >= '${span.start}') AS conversions
        FROM events WHERE tenant_id = {tenant:UUID} AND user_id != '' AND occurred_at >= '${lookback}' AND occurred_at < '${span.end}' AND (touch != 'none' OR event = 'purchase')
        GROUP BY user_id HAVING notEmpty(conversions)),
      paths AS (
        SELECT c, arrayFilter(x -> x.1 <= c AND x.1 >= c - if(x.2 = 1, 7, 1) * 86400000, touches) AS t, length(t) AS n,
          arrayMap(x -> exp2(-(c - x.1) / 604800000.), t) AS decay, arraySum(decay) AS total
        FROM users ARRAY JOIN conversions AS c)
      SELECT tt.3 AS campaign, sum(i = 1) AS first_touch, sum(i = n) AS last_touch, sum(1 / n) AS linear,
        sum(multiIf(n = 1, 1., n = 2, 0.5, i = 1 OR i = n, 0.4, 0.2 / (n - 2))) AS position_based, sum(d / total) AS time_decay
      FROM paths ARRAY JOIN t AS tt, decay AS d, arrayEnumerate(t) AS i GROUP BY campaign ORDER BY campaign`,
  }
}

/** Starts from the biggest tenant of the demo world. */
export async function benchAnalyses({ system, figures }: { readonly system: RunningSystem; readonly figures: Figures }): Promise<void> {
  const tenant = system.demo.tenants[0]
  if (tenant === undefined) throw new Error('the demo has no tenant')
  const config = readConfig.owner({ DATA_DIR: system.dataDir, PORT: String(system.port) })
  const client = createClickHouse(config.clickhouse)
  const direct = async (query: string): Promise<Read> => {
    const answer = await client.query({
      query: query.replaceAll('FROM events', `FROM ${config.clickhouse.database}.events`),
      query_params: { tenant: tenant.id },
      format: 'JSONCompact',
    })
    const { statistics } = await answer.json<unknown>()
    return { rows: Number(statistics?.rows_read ?? 0), bytes: Number(statistics?.bytes_read ?? 0) }
  }
  const now = Date.now()
  try {
    for (const analysis of [timeSeries(lastDays(180, now)), retention(lastDays(168, now)), models(lastDays(30, now))])
      await compare({ analysis, through: () => throughGateway(system, { question: analysis.question, key: tenant.apiKey }), direct, figures })
  } finally {
    await client.close()
  }
}

/** What a statement read. */
type Read = { readonly rows: number; readonly bytes: number }

async function throughGateway(system: RunningSystem, { question, key }: { readonly question: string; readonly key: string }): Promise<Read> {
  const answer = await ask(system, { query: `{ answer: ${question} }`, authorization: key })
  const read = answer.data?.answer?.info
  if (read === undefined) throw new Error(`${question} was not answered: ${JSON.stringify(answer.errors).slice(0, 500)}`)
  return { rows: Number(read.rowsRead), bytes: Number(read.bytesRead) }
}

type Comparison = {
  readonly analysis: Analysis
  readonly through: () => Promise<Read>
  readonly direct: (query: string) => Promise<Read>
  readonly figures: Figures
}

async function compare({ analysis, through, direct, figures }: Comparison): Promise<void> {
  const ours: Timed[] = []
  const theirs: Timed[] = []
  for (let run = 0; run < runs + warmUps; run += 1) {
    const a = await timed(through)
    const b = await timed(() => direct(analysis.handWritten))
    // The first pairs warm caches and compiled code.
    if (run < warmUps) continue
    ours.push(a)
    theirs.push(b)
  }
  const ratios = ours.map(({ ms }, index) => ms / (theirs[index]?.ms ?? Number.NaN))
  const [read] = ours
  const [handRead] = theirs
  if (read === undefined || handRead === undefined) throw new Error('nothing was measured')
  const hand = median(theirs.map(({ ms }) => ms))
  figures.add({
    name: `${analysis.name}, p50`,
    value: median(ours.map(({ ms }) => ms)),
    unit: `ms, ${amount(read)}`,
    ratio: median(ratios),
    against: `hand-written SQL straight to ClickHouse (${hand.toFixed(1)} ms, ${amount(handRead)}); goal ${goal}`,
  })
  figures.add({
    name: `${analysis.name}, p95`,
    value: quantile(
      ours.map(({ ms }) => ms),
      0.95,
    ),
    unit: 'ms',
  })
}

const amount = ({ rows, bytes }: Read) => `${rows.toLocaleString('en-US')} rows and ${(bytes / 1e6).toFixed(0)} MB read`

type Timed = Read & { readonly ms: number }

async function timed(work: () => Promise<Read>): Promise<Timed> {
  const began = performance.now()
  const read = await work()
  return { ...read, ms: performance.now() - began }
}
