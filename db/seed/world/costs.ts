// The SQL of what the advertisements cost, made from the touches that are stored.
import { DAY_MS } from './calendar.ts'
import type { World } from './people.ts'
import { converted, money, rateOf } from './sqlTables.ts'

/** Costs of this campaign came from a file until the day given, and by API since. */
const IMPORTED = { campaign: 'coupon-partners', untilDay: 90 } as const
/** Costs of this campaign are stated by its links too, and higher: the API's count. */
const LINKED = { campaign: 'lookalike-worldwide', factor: 1.12 } as const
/** Of this campaign the API stated some days twice: the later load counts. */
const RESTATED = { campaign: 'brand-search', days: 7, factor: 1.3 } as const
/** The hours after a day's end at which its costs come. */
const REPORTED_AFTER_HOURS = 5

const COLUMNS = `tenant_id, day, app_id, platform, country, channel, partner_id, campaign_id, ad_group_id, source, cost, original_amount, original_currency,
    recorded_at`

/**
 * Stores a day, app, country and ad group in a row, from clicks and impressions at the campaign's prices with some
 * noise by day. Parameter: tenant.
 */
export function insertCostsSql(world: World): string {
  const { tables, calendar, campaigns, seed } = world
  const list = (values: readonly (string | number)[]) => `[${values.join(',')}]`
  const of = (values: string) => `${values}[campaign]`
  const noise = `(0.85 + 0.3 * (cityHash64('${seed}', campaign_id, day) % 1000) / 1000)`
  const perClick = of(list(campaigns.map((each) => each.perClick)))
  const perImpression = of(list(campaigns.map((each) => each.perThousand / 1000)))
  const currency = of(list(campaigns.map((each) => `'${each.currency ?? 'USD'}'`)))
  const dayNumber = `toInt32(dateDiff('day', toDate(${calendar.dayZeroMs / 1000}, 'UTC'), day))`
  const reportedAt = `toInt64(toUnixTimestamp(toDateTime(day, 'UTC'))) * 1000 + ${DAY_MS + REPORTED_AFTER_HOURS * 3_600_000}`
  const millionths = 'toInt64(round(amount * factor * 10000)) * 100'
  return `INSERT INTO costs (${COLUMNS}) WITH ${tables.definitions}
  SELECT {tenant:UUID} AS tenant_id, day, app_id, platform, country, channel, partner_id, campaign_id, ad_group_id, statement.1 AS source,
    ${money(converted('original', rateOf(tables, `indexOf(${tables.currencyCodes}, original_currency)`, dayNumber)))} AS cost,
    ${money('original')} AS original_amount, original_currency,
    fromUnixTimestamp64Milli(least(${calendar.nowMs}, ${reportedAt} - statement.3 * 3600000), 'UTC') AS recorded_at
  FROM (SELECT *, arrayJoin(statements) AS statement, statement.2 AS factor, ${millionths} AS original FROM (SELECT *,
      indexOf([${campaigns.map(({ id }) => `'${id}'`).join(',')}], campaign_id) AS campaign,
      (clicks * ${perClick} + impressions * ${perImpression}) * ${noise} AS amount,
      ${currency} AS original_currency,
      multiIf(
        campaign_id = '${IMPORTED.campaign}' AND ${dayNumber} < ${IMPORTED.untilDay}, [('import', 1., 0)],
        campaign_id = '${LINKED.campaign}', [('api', 1., 0), ('link', ${LINKED.factor}, 0)],
        campaign_id = '${RESTATED.campaign}' AND day >= toDate(${calendar.nowMs / 1000 - RESTATED.days * 86_400}, 'UTC') AND day < toDate(${calendar.nowMs / 1000}, 'UTC'), [('api', 1., 0), ('api', ${RESTATED.factor}, 4)],
        [('api', 1., 0)]) AS statements
    FROM (SELECT toDate(occurred_at) AS day, app_id, platform, country, channel, partner_id, campaign_id, ad_group_id,
        countIf(touch = 'click') AS clicks, countIf(touch = 'impression') AS impressions
      FROM events WHERE tenant_id = {tenant:UUID} AND touch != 'none' AND campaign_id != ''
      GROUP BY day, app_id, platform, country, channel, partner_id, campaign_id, ad_group_id)))
  WHERE original > 0`
}
