// What a person would write for our tables after the statements of shared/reference/sql, each beside the question that asks the same.
const DAY_MS = 86_400_000

export type Pair = {
  /** Of the statement in shared/reference/sql that it follows. */
  readonly name: string
  /** A field of the API without its name in the answer. */
  readonly question: string
  /** Over `events` and `costs`, with the tenant as `{tenant:UUID}`. */
  readonly handWritten: string
}

export type Span = { readonly start: string; readonly end: string }

const isoDay = (instantMs: number) => new Date(instantMs).toISOString().slice(0, 10)

/** The last `days` whole days before today, in UTC. */
export function lastDays(days: number, nowMs: number): Span {
  const end = Math.floor(nowMs / DAY_MS) * DAY_MS
  return { start: isoDay(end - days * DAY_MS), end: isoDay(end) }
}

export const rangeOf = ({ start, end }: Span) => `range: { start: "${start}T00:00:00Z", end: "${end}T00:00:00Z" }, timeZone: "UTC"`
const daysBefore = (day: string, days: number) => isoDay(Date.parse(`${day}T00:00:00Z`) - days * DAY_MS)
const during = ({ start, end }: Span) => `tenant_id = {tenant:UUID} AND occurred_at >= '${start}' AND occurred_at < '${end}'`
const INFO = 'info { sql parameters rowsRead bytesRead }'

export const pairs = (nowMs: number): readonly Pair[] => [
  timeSeries(lastDays(180, nowMs)),
  retention(lastDays(168, nowMs)),
  lastTouch(lastDays(30, nowMs)),
  models(lastDays(30, nowMs)),
  distincts(lastDays(180, nowMs)),
]

function timeSeries(span: Span): Pair {
  return {
    name: '01 time series: metrics by day, country and platform',
    question: `metrics(input: { ${rangeOf(span)}, groupBy: [{ time: DAY }, { dimension: COUNTRY }, { dimension: PLATFORM }], where: { country: { in: ["US", "DE", "BR"] } }, limit: 5000 }) {
      rows { time { start } country platform impressions clicks installs revenue } ${INFO} }`,
    handWritten: `SELECT toDate(occurred_at) AS d, country, platform, countIf(touch = 'impression'), countIf(touch = 'click'), countIf(event = 'install'), sum(revenue)
      FROM events WHERE ${during(span)} AND country IN ('US', 'DE', 'BR') GROUP BY d, country, platform ORDER BY d, country, platform`,
  }
}

/** Our rows do not carry the time of the install, so a person joins the users' installs. */
function retention(span: Span): Pair {
  return {
    name: '02b, 03 retention and LTV: cohorts by week of install, twelve weeks',
    question: `cohorts(input: { entry: { kind: INSTALL }, grain: WEEK, periods: 12, ${rangeOf(span)} }) { rows { start size periods { index users retention cumulativeRevenue ltv } } ${INFO} }`,
    handWritten: `WITH installs AS (SELECT user_id, min(occurred_at) AS installed_at FROM events WHERE tenant_id = {tenant:UUID} AND touch = 'none' AND event = 'install' AND user_id != '' GROUP BY user_id
        HAVING installed_at >= '${span.start}' AND installed_at < '${span.end}')
      SELECT toMonday(installed_at) AS week, intDiv(dateDiff('second', installed_at, occurred_at), 604800) AS k, uniqExactIf(user_id, event NOT IN ('install', 'refund') AND NOT is_refund) AS users, sum(revenue) AS revenue
      FROM events INNER JOIN installs USING (user_id)
      WHERE tenant_id = {tenant:UUID} AND touch = 'none' AND occurred_at >= '${span.start}' AND occurred_at >= installed_at AND k < 12 GROUP BY week, k ORDER BY week, k`,
  }
}

/** Credit by the last touch and the cost beside it; a person reads each table once. */
function lastTouch(span: Span): Pair {
  const lookback = daysBefore(span.start, 7)
  return {
    name: '04 last touch: installs and cost per install by campaign',
    question: `attribution(input: { conversion: { event: "install" }, ${rangeOf(span)} }) { rows { campaign { id } conversions(model: LAST_TOUCH) cost cpa(model: LAST_TOUCH) } ${INFO} }`,
    handWritten: `WITH users AS (
        SELECT arraySort(groupArrayIf((toUnixTimestamp64Milli(occurred_at), toUInt8(touch = 'click'), toString(campaign_id)), touch != 'none')) AS touches,
          groupArrayIf(toUnixTimestamp64Milli(occurred_at), touch = 'none' AND event = 'install' AND occurred_at >= '${span.start}') AS installs
        FROM events WHERE ${during({ ...span, start: lookback })} AND user_id != '' AND (touch != 'none' OR event = 'install') GROUP BY user_id HAVING notEmpty(installs)),
      credited AS (SELECT arrayLast(x -> x.1 <= c AND x.1 >= c - if(x.2 = 1, 7, 1) * 86400000, touches).3 AS campaign, count() AS credited FROM users ARRAY JOIN installs AS c GROUP BY campaign),
      spent AS (SELECT campaign_id AS campaign, sum(cost) AS spend FROM costs WHERE tenant_id = {tenant:UUID} AND day >= '${span.start}' AND day < '${span.end}' GROUP BY campaign)
      SELECT campaign, credited, spend, spend / credited FROM credited LEFT JOIN spent USING (campaign) ORDER BY campaign`,
  }
}

/** Five rule models in one pass, per conversion of a user and not per install. */
function models(span: Span): Pair {
  const lookback = daysBefore(span.start, 7)
  const model = (name: string) => `${name}: conversions(model: ${name.toUpperCase()})`
  return {
    name: '06 five rule models: attribution of purchases to campaigns',
    question: `attribution(input: { conversion: { event: "purchase" }, ${rangeOf(span)}, lookback: { clickDays: 7, viewDays: 1 } }) {
      rows { campaign { id } ${['first_touch', 'last_touch', 'linear', 'position_based', 'time_decay'].map(model).join(' ')} } ${INFO} }`,
    handWritten: `WITH users AS (
        SELECT arraySort(groupArrayIf((toUnixTimestamp64Milli(occurred_at), toUInt8(touch = 'click'), toString(campaign_id)), touch != 'none')) AS touches,
          groupArrayIf(toUnixTimestamp64Milli(occurred_at), touch = 'none' AND event = 'purchase' AND NOT is_refund AND occurred_at >= '${span.start}') AS conversions
        FROM events WHERE ${during({ ...span, start: lookback })} AND user_id != '' AND (touch != 'none' OR event = 'purchase') GROUP BY user_id HAVING notEmpty(conversions)),
      paths AS (
        SELECT c, arrayFilter(x -> x.1 <= c AND x.1 >= c - if(x.2 = 1, 7, 1) * 86400000, touches) AS t, length(t) AS n,
          arrayMap(x -> exp2(-(c - x.1) / 604800000.), t) AS decay, arraySum(decay) AS total
        FROM users ARRAY JOIN conversions AS c)
      SELECT tt.3 AS campaign, sum(i = 1) AS first_touch, sum(i = n) AS last_touch, sum(1 / n) AS linear,
        sum(multiIf(n = 1, 1., n = 2, 0.5, i = 1 OR i = n, 0.4, 0.2 / (n - 2))) AS position_based, sum(d / total) AS time_decay
      FROM paths ARRAY JOIN t AS tt, decay AS d, arrayEnumerate(t) AS i GROUP BY campaign ORDER BY campaign`,
  }
}

function distincts(span: Span): Pair {
  return {
    name: '10 distinct users: active users by day',
    question: `metrics(input: { ${rangeOf(span)}, groupBy: [{ time: DAY }] }) { rows { time { start } activeUsers } ${INFO} }`,
    handWritten: `SELECT toDate(occurred_at) AS d, uniqExactIf(user_id, touch = 'none' AND event != 'install' AND NOT is_refund AND user_id != '') FROM events WHERE ${during(span)} GROUP BY d ORDER BY d`,
  }
}
