// The SQL of what is true of the world and cannot be seen in it: what each channel caused, and which clicks are fraud.
import { DAY_MS } from './calendar.ts'
import { PAID_CHANNELS } from './campaigns.ts'
import { BUY, LIVES } from './life.ts'
import { draw, FRAUD, layered, type World } from './people.ts'
import { EVENT_ID, USER_ID } from './rows.ts'
import { converted, money, rateOf } from './sqlTables.ts'

const CHANNEL_COLUMNS = 'tenant_id, channel, installs, incremental_installs, purchases, incremental_purchases, revenue, incremental_revenue'
const FRAUD_COLUMNS = 'tenant_id, event_id, user_id, kind, partner_id, campaign_id, occurred_at, installed_at, took_install'

/**
 * Stores a row for each channel of advertising, of the people of LIVES. An install is a channel's own when the person would not have
 * installed without its advertisements; a purchase when it comes from such an install or would not have happened without the reminder.
 * Parameter: tenant.
 */
export function insertTruthSql(world: World): string {
  const { tables, calendar } = world
  const dayOf = (at: string) => `intDiv(${at} - ${calendar.dayZeroMs}, ${DAY_MS})`
  const inUsd = (amount: string, at: string) => converted(amount, rateOf(tables, 'currency', dayOf(at)))
  const refunded = `if(b.${BUY.refundAt} = 0 OR b.${BUY.refundAt} > ${calendar.nowMs}, toInt128(0), ${inUsd(`b.${BUY.refundAmount}`, `b.${BUY.refundAt}`)})`
  const sumOf = (what: string, condition: string) => `sum(arraySum((worth, isReached, luck) -> if(${condition}, ${what}, 0), worths, areReached, lucks))`
  const isOwn = `isBrought OR (isReached AND luck < ${tables.purchaseLifts}[channelNumber])`
  const isTouched = 'isTouched OR isReached'
  return `INSERT INTO demo_truth_channels (${CHANNEL_COLUMNS}) WITH ${tables.definitions}
  SELECT {tenant:UUID} AS tenant_id, ${tables.channelNames}[channelNumber] AS channel,
    countIf(isTouched) AS installs, countIf(isBrought) AS incremental_installs,
    ${sumOf('1', isTouched)} AS purchases, ${sumOf('1', isOwn)} AS incremental_purchases,
    ${money(sumOf('worth', isTouched))} AS revenue, ${money(sumOf('worth', isOwn))} AS incremental_revenue
  FROM (${layered(
    `SELECT * FROM ${LIVES} WHERE lifeDays > 0`,
    {
      channelNumber: `arrayJoin(range(1, ${PAID_CHANNELS + 1}))`,
      done: `arrayFilter(b -> b.${BUY.at} <= ${calendar.nowMs}, buys)`,
      touchedBy: `arrayMap(x -> ${tables.channelOf}[x.3 + 1], arrayFilter(x -> x.1 <= installedAt, touches))`,
      slotChannels: `arrayMap(x -> ${tables.channelOf}[x.3 + 1], reminders)`,
    },
    {
      isTouched: 'has(touchedBy, channelNumber)',
      isBrought: 'has(broughtBy, channelNumber)',
      remindedDays: 'arrayMap(s -> s.1, arrayFilter((s, c) -> c = channelNumber, slots, slotChannels))',
      worths: `arrayMap(b -> ${inUsd(`b.${BUY.amount}`, `b.${BUY.at}`)} - ${refunded}, done)`,
      lucks: `arrayMap(b -> ${draw("'needed'", 'b.1')}, done)`,
    },
    { areReached: `arrayMap(b -> has(remindedDays, b.${BUY.day}), done)` },
  )})
  GROUP BY channelNumber`
}

/** Stores a row for each fraudulent click up to now, of the people of LIVES. Parameter: tenant. */
export function insertFraudSql(world: World): string {
  const { tables, calendar } = world
  const isInstalled = `installs AND installedAt <= ${calendar.nowMs}`
  return `INSERT INTO demo_truth_fraud (${FRAUD_COLUMNS}) WITH ${tables.definitions}
  SELECT {tenant:UUID} AS tenant_id, ${EVENT_ID('place')} AS event_id, ${USER_ID} AS user_id,
    if(click.7 = ${FRAUD.flooding}, 'click_flooding', 'click_injection') AS kind,
    ${tables.partnerIds}[click.3 + 1] AS partner_id, ${tables.campaignIds}[click.3 + 1] AS campaign_id,
    fromUnixTimestamp64Milli(click.1, 'UTC') AS occurred_at,
    if(${isInstalled}, fromUnixTimestamp64Milli(installedAt, 'UTC'), NULL) AS installed_at,
    ${isInstalled} AND winner = click AS took_install
  FROM ${LIVES}
  ARRAY JOIN touches AS click, arrayEnumerate(touches) AS place
  WHERE click.7 > 0 AND click.1 <= ${calendar.nowMs}`
}
