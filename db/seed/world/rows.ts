// The SQL of the rows of `events`: a world's people, each with all that is stored of them.
import { codeOf, EVENTS, PLANS, PRODUCTS, SALES_ITEMS, SIGN_UP_METHODS } from './audience.ts'
import { DAY_MS } from './calendar.ts'
import { BUY, LIVES } from './life.ts'
import { draw, layered, pick, row, type World } from './people.ts'
import { converted, money, rateOf, type WorldTables } from './sqlTables.ts'

/** Of sixteen active days: how many sessions; of sixteen sessions: how many levels. */
const SESSIONS = [1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 4, 4, 5]
const LEVELS = [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 6, 7]
const CHANCE = { signUp: 0.62, tutorial: 0.78, cart: 0.24, subscribe: 0.035 } as const
/** Of people who never install, those whose touches carry no id. */
const ANONYMOUS_SHARE = 0.3
/** How many days people may wait with an update. */
const UPDATE_DAYS = 12

/** In the detail of a purchase and its refund: the day of the order, the quantity, the product. */
const ORDER = 1024
const QUANTITY = 16

function inAppRow(parts: { readonly at: string; readonly event: (typeof EVENTS)[number]; readonly amount?: string; readonly detail?: string }): string {
  return row({ ...parts, event: codeOf(parts.event), campaign: 'winner.3', adGroup: 'winner.4', creative: 'winner.5' })
}

/** What a person does in the app, by kind; each an array of rows. */
function inAppArrays({ tables }: World): readonly string[] {
  const once = (chance: number, word: string, parts: Parameters<typeof inAppRow>[0]) =>
    `if(lifeDays > 0 AND ${draw(`'${word}'`)} < ${chance}, [${inAppRow(parts)}], [])`
  const plan = `1 + (${pick(5, "'plan'")} = 0)`
  return [
    `if(lifeDays > 0, [${inAppRow({ at: 'installedAt', event: 'install' })}], [])`,
    once(CHANCE.tutorial, 'tutorial', { at: `installedAt + 20000 + ${pick(200_000, "'tutorialTime'")}`, event: 'tutorial', detail: pick(4, "'skips'") }),
    once(CHANCE.signUp, 'signUp', { at: `installedAt + 45000 + ${pick(900_000, "'signUpTime'")}`, event: 'sign_up', detail: pick(3, "'method'") }),
    once(CHANCE.subscribe, 'subscribe', {
      at: `activeAt[1 + ${pick('length(activeAt)', "'subscribeDay'")}] + 400000`,
      event: 'subscribe',
      amount: `${tables.prices}[(currency - 1) * ${SALES_ITEMS} + ${PRODUCTS.length} + ${plan}]`,
      detail: plan,
    }),
    `arrayMap(at -> ${inAppRow({ at: 'at', event: 'session' })}, sessions)`,
    `arrayMap((at, i) -> ${inAppRow({ at: 'at', event: 'level', detail: '1 + intDiv(i, 3)' })}, levels, arrayEnumerate(levels))`,
    `arrayMap((k, at) -> ${inAppRow({ at: 'at + 100000', event: 'add_to_cart', detail: `1 + ${pick(PRODUCTS.length, "'product'", 'k')}` })}, cartDays, cartAt)`,
    `arrayMap(b -> ${inAppRow({ at: `b.${BUY.at}`, event: 'purchase', amount: `b.${BUY.amount}`, detail: `b.${BUY.day} * ${ORDER} + b.${BUY.quantity} * ${QUANTITY} + b.${BUY.product}` })}, buys)`,
    `arrayMap(b -> ${inAppRow({ at: `b.${BUY.refundAt}`, event: 'refund', amount: `-b.${BUY.refundAmount}`, detail: `b.${BUY.day} * ${ORDER} + b.${BUY.product}` })}, arrayFilter(b -> b.${BUY.refundAt} > 0, buys))`,
  ]
}

/** People with `rows`: the touches before the install first, so that a touch's place in `touches` is its place here. */
function historiesSql(world: World): string {
  const isCartDay = `isBuy OR ${draw("'cart'", 'k')} < ${CHANCE.cart}`
  return layered(
    `SELECT * FROM ${LIVES}`,
    {
      sessionCounts: `arrayMap(k -> [${SESSIONS.join(',')}][${pick(16, "'sessions'", 'k')} + 1], activeDays)`,
      cartDays: `arrayFilter((k, isBuy) -> ${isCartDay}, activeDays, isBuyDay)`,
      cartAt: `arrayFilter((at, k, isBuy) -> ${isCartDay}, activeAt, activeDays, isBuyDay)`,
    },
    { visits: 'arrayFlatten(arrayMap((k, at, n) -> arrayMap(s -> (k, at, s), range(n)), activeDays, activeAt, sessionCounts))' },
    {
      sessions: `arrayMap(v -> v.2 + v.3 * 2700000 + if(v.3 = 0, 0, ${pick(1_800_000, "'pause'", 'v.1', 'v.3')}), visits)`,
      levelCounts: `arrayMap(v -> [${LEVELS.join(',')}][${pick(16, "'levels'", 'v.1', 'v.3')} + 1], visits)`,
    },
    { levels: 'arrayFlatten(arrayMap((at, n) -> arrayMap(j -> at + 60000 + j * 95000, range(n)), sessions, levelCounts))' },
    { rows: `arrayConcat(touches, ${inAppArrays(world).join(',\n      ')}, reminders, idleTouches)` },
  )
}

/** SQL of the id of a person's n-th row. */
export const EVENT_ID = (place: string): string => `concat('w', toString(number), '-', toString(${place}))`
/** '' for those whose touches carry no id. */
export const USER_ID = `if(NOT installs AND ${draw("'anonymous'")} < ${ANONYMOUS_SHARE}, '', concat('u', toString(number + 1)))`

const COLUMNS = `tenant_id, app_id, user_id, event, occurred_at, recorded_at, event_id, touch, platform, country, app_version, channel, partner_id, campaign_id,
    ad_group_id, creative_id, revenue, original_amount, original_currency, is_refund, properties`

/** Stores what happened to the people of LIVES up to now. Parameters: tenant, the apps of ios, android and web. */
export function insertEventsSql(world: World): string {
  const { tables, calendar } = world
  const rate = rateOf(tables, 'currency', `intDiv(e.1 - ${calendar.dayZeroMs}, ${DAY_MS})`)
  const adPart = (letter: string, part: string) => `if(campaign_id = '', '', concat(campaign_id, '-${letter}', toString(${part})))`
  const revenue = `if(e.6 = 0, toInt128(0), ${converted('e.6', rate)})`
  return `INSERT INTO events (${COLUMNS}) WITH ${tables.definitions}
  SELECT
    {tenant:UUID} AS tenant_id,
    [{ios:UUID}, {android:UUID}, {web:UUID}][platformNumber] AS app_id,
    ${USER_ID} AS user_id,
    [${EVENTS.map((event) => `'${event}'`).join(',')}][e.2] AS event,
    fromUnixTimestamp64Milli(e.1, 'UTC') AS occurred_at,
    fromUnixTimestamp64Milli(least(e.1 + 700 + cityHash64(h, place) % 9000, ${calendar.nowMs}), 'UTC') AS recorded_at,
    ${EVENT_ID('place')} AS event_id,
    multiIf(e.2 = ${codeOf('click')}, 'click', e.2 = ${codeOf('impression')}, 'impression', 'none') AS touch,
    ['ios', 'android', 'web'][platformNumber] AS platform,
    ${tables.countryCodes}[countryNumber] AS country,
    if(app_id = {web:UUID}, '', ${versionAt(tables, `intDiv(e.1 - ${calendar.dayZeroMs}, ${DAY_MS})`)}) AS app_version,
    ${tables.channelNames}[${tables.channelOf}[e.3 + 1]] AS channel,
    ${tables.partnerIds}[e.3 + 1] AS partner_id,
    ${tables.campaignIds}[e.3 + 1] AS campaign_id,
    ${adPart('g', 'e.4')} AS ad_group_id,
    ${adPart('c', 'e.5')} AS creative_id,
    ${money(revenue)} AS revenue,
    ${money('e.6')} AS original_amount,
    if(e.6 = 0, '', ${tables.currencyCodes}[currency]) AS original_currency,
    e.2 = ${codeOf('refund')} AS is_refund,
    ${propertiesSql()} AS properties
  FROM (${historiesSql(world)})
  ARRAY JOIN rows AS e, arrayEnumerate(rows) AS place
  WHERE e.1 <= ${calendar.nowMs}`
}

/** The version that is out on a day for a person who updates late; the people of before the first one have it too. */
function versionAt(tables: WorldTables, day: string): string {
  const late = `${day} - ${pick(UPDATE_DAYS, "'update'")}`
  return `${tables.versionNames}[greatest(1, arrayCount(released -> released <= ${late}, ${tables.versionDays}))]`
}

function propertiesSql(): string {
  const listed = (values: readonly string[], index: string) => `[${values.map((value) => `'${value}'`).join(',')}][${index}]`
  const product = listed(PRODUCTS, `e.7 % ${QUANTITY}`)
  const order = `concat('o', toString(number), '-', toString(intDiv(e.7, ${ORDER})))`
  const cases = [
    ['sign_up', `'method', ${listed(SIGN_UP_METHODS, 'e.7 + 1')}`],
    ['tutorial', "'completed', if(e.7 = 0, 'false', 'true')"],
    ['level', "'level', toString(e.7)"],
    ['add_to_cart', `'product', ${product}`],
    ['subscribe', `'plan', ${listed(PLANS, 'e.7')}`],
    ['purchase', `'product', ${product}, 'quantity', toString(intDiv(e.7 % ${ORDER}, ${QUANTITY})), 'order', ${order}`],
    ['refund', `'product', ${product}, 'order', ${order}`],
  ] as const
  return `CAST(multiIf(${cases.map(([event, parts]) => `e.2 = ${codeOf(event)}, map(${parts})`).join(', ')}, map()) AS Map(LowCardinality(String), String))`
}
