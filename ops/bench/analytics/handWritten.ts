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

/** `segment` is the id of a saved one: at least two purchases in thirty days. */
export const pairs = ({ nowMs, segment }: { readonly nowMs: number; readonly segment: string }): readonly Pair[] => [
  timeSeries(lastDays(180, nowMs)),
  retention(lastDays(168, nowMs)),
  lastTouch(lastDays(30, nowMs)),
  funnel(lastDays(90, nowMs)),
  funnelByCountry(lastDays(90, nowMs)),
  models(lastDays(30, nowMs)),
  markov(lastDays(30, nowMs)),
  ofSegment(lastDays(180, nowMs), { segment, nowMs }),
  distincts(lastDays(180, nowMs)),
  approximate(lastDays(180, nowMs)),
  shapley(lastDays(30, nowMs)),
]

/** Two purchases within thirty days before now. */
export const SEGMENT = { did: { event: 'purchase', atLeast: 2, within: { last: 30, unit: 'DAY' } } } as const

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

const STEPS = ['install', 'sign_up', 'add_to_cart', 'purchase']
const FUNNEL = `steps: [${STEPS.map((event) => `{ event: "${event}" }`).join(', ')}], windowSeconds: 604800`
const windowFunnel = `windowFunnel(604800000)(toUInt64(toUnixTimestamp64Milli(occurred_at)), ${STEPS.map((event) => `event = '${event}'`).join(', ')})`
const inSteps = `event IN (${STEPS.map((event) => `'${event}'`).join(', ')})`
const reached = STEPS.map((_, i) => `countIf(level >= ${i + 1})`).join(', ')

/** The server's own function knows no end of the range for first steps, so a person reads them and what follows from one range. */
function funnel(span: Span): Pair {
  return {
    name: '05 funnel of four steps within seven days',
    question: `funnel(input: { ${FUNNEL}, ${rangeOf(span)} }) { rows { steps { users } } ${INFO} }`,
    handWritten: `SELECT ${reached} FROM (SELECT ${windowFunnel} AS level FROM events WHERE ${during(span)} AND user_id != '' AND NOT is_refund AND ${inSteps} GROUP BY user_id)`,
  }
}

/** A person takes any of a user's countries; we take that of each attempt, and tell the times. */
function funnelByCountry(span: Span): Pair {
  return {
    name: '05 the same by country, with the median time of each step',
    question: `funnel(input: { ${FUNNEL}, ${rangeOf(span)}, groupBy: [{ dimension: COUNTRY }] }) { rows { country steps { users medianSeconds } } ${INFO} }`,
    handWritten: `SELECT country, ${reached} FROM (SELECT any(country) AS country, ${windowFunnel} AS level FROM events
      WHERE ${during(span)} AND user_id != '' AND NOT is_refund AND ${inSteps} GROUP BY user_id) GROUP BY country ORDER BY country`,
  }
}

/** A person makes one path of each user; ours are of each conversion, with its lookback, and of what came after the last. */
function markov(span: Span): Pair {
  return {
    name: '07b transitions of a Markov chain of channels, all touches ever',
    question: `attribution(input: { conversion: { event: "purchase" }, ${rangeOf(span)}, groupBy: [{ dimension: CHANNEL }] }) { rows { channel conversions(model: MARKOV) } ${INFO} }`,
    handWritten: `SELECT step.1 AS state, step.2 AS next, count() FROM (SELECT arrayConcat(['(start)'], path, [if(converts, '(conversion)', '(null)')]) AS q FROM (
        SELECT countIf(event = 'purchase') > 0 AS converts, arrayMap(x -> x.2, arraySort(groupArrayIf((toUnixTimestamp64Milli(occurred_at), toString(channel)), touch != 'none'))) AS path
        FROM events WHERE tenant_id = {tenant:UUID} AND user_id != '' AND (touch != 'none' OR event = 'purchase') GROUP BY user_id) WHERE notEmpty(path))
      ARRAY JOIN arrayZip(arrayPopBack(q), arrayPopFront(q)) AS step GROUP BY state, next ORDER BY state, next`,
  }
}

function ofSegment(span: Span, { segment, nowMs }: { readonly segment: string; readonly nowMs: number }): Pair {
  const since = new Date(nowMs - 30 * DAY_MS).toISOString().slice(0, 19).replace('T', ' ')
  return {
    name: '09 metrics of the members of a segment, by day',
    question: `metrics(input: { ${rangeOf(span)}, groupBy: [{ time: DAY }], where: { segment: "${segment}" } }) { rows { time { start } sessions revenue } ${INFO} }`,
    handWritten: `SELECT toDate(occurred_at) AS d, countIf(event = 'session'), sum(revenue) FROM events WHERE ${during(span)} AND user_id IN (
        SELECT user_id FROM events WHERE tenant_id = {tenant:UUID} AND occurred_at >= '${since}' AND user_id != '' AND event = 'purchase' AND NOT is_refund GROUP BY user_id HAVING count() >= 2)
      GROUP BY d ORDER BY d`,
  }
}

function approximate(span: Span): Pair {
  return {
    name: '10 distinct users, approximate: active users by day',
    question: `metrics(input: { ${rangeOf(span)}, groupBy: [{ time: DAY }] }) { rows { time { start } activeUsers(approximate: true) } ${INFO} }`,
    handWritten: `SELECT toDate(occurred_at) AS d, uniqCombinedIf(17)(user_id, touch = 'none' AND event != 'install' AND NOT is_refund AND user_id != '') FROM events WHERE ${during(span)} GROUP BY d ORDER BY d`,
  }
}

/** Conversions by the set of channels on their path, as in 06 one path of each conversion. */
function shapley(span: Span): Pair {
  return {
    name: '12 sets of channels for Shapley values',
    question: `attribution(input: { conversion: { event: "purchase" }, ${rangeOf(span)}, groupBy: [{ dimension: CHANNEL }] }) { rows { channel conversions(model: SHAPLEY) } ${INFO} }`,
    handWritten: `SELECT channels, count() FROM (SELECT arraySort(arrayDistinct(arrayMap(x -> x.3, arrayFilter(x -> x.1 <= c AND x.1 >= c - if(x.2 = 1, 7, 1) * 86400000, touches)))) AS channels FROM (
        SELECT groupArrayIf((toUnixTimestamp64Milli(occurred_at), toUInt8(touch = 'click'), toString(channel)), touch != 'none') AS touches,
          groupArrayIf(toUnixTimestamp64Milli(occurred_at), touch = 'none' AND event = 'purchase' AND NOT is_refund AND occurred_at >= '${span.start}') AS conversions
        FROM events WHERE ${during({ ...span, start: daysBefore(span.start, 7) })} AND user_id != '' AND (touch != 'none' OR event = 'purchase') GROUP BY user_id HAVING notEmpty(conversions))
      ARRAY JOIN conversions AS c) GROUP BY channels ORDER BY channels`,
  }
}
