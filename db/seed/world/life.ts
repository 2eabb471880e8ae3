// The SQL of what people do after the install: when they come back, what they buy, and what reminded them of it.
import { PRODUCTS, SALES_ITEMS } from './audience.ts'
import { DAY_MS } from './calendar.ts'
import { campaignAt, CLICK, CLICK_LOOKBACK_MS, draw, IMPRESSION, installersSql, layered, pick, running, stageNumber, timeOfDay, touch } from './people.ts'
import type { People, World } from './people.ts'

/** The chance to come back on day k after the install is RETURN · loyalty · k^-DECAY, more at weekends. */
const RETURN = 0.34
const DECAY = 0.66
const WEEKEND = 1.3
const PAYER_SHARE = 0.25
const CHANCE_TO_BUY = 0.5
/** Of eight purchases, those of two pieces. */
const PAIRS = 2
const CHANCE_OF_REFUND = 0.045
/** Of sixteen purchases: how many advertisements stood before it. */
const REMINDERS = [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 4, 5]
const REMINDER_CLICKS = 0.62
/** Older reminders are of the stage that reminds, later ones of the one that closes. */
const CLOSING_MS = 36 * 3_600_000
/** Of the later ones on the web, those that are no advertisement but the address typed in. */
const TYPED_SHARE = 0.3
/** An installer is reminded once in so many days without buying for it, and clicks so often. */
const IDLE_DAYS = 7
const IDLE_CLICKS = 0.035

const isWeekend = (epochDay: string): string => `(${epochDay} + 3) % 7 >= 5`
/** The people of a statement with all that the rows of them are made from: a temporary table of the session. */
export const LIVES = 'demo_lives'
const LIVES_COLUMNS = `number, h, countryNumber, platformNumber, installs, installedAt, touches, winner, broughtBy, currency, lifeDays, activeDays, activeAt,
  isBuyDay, buyDays, buys, slots, reminders, idleTouches`

/** Columns of a tuple in `buys`. */
export const BUY = { day: 1, at: 2, product: 3, quantity: 4, amount: 5, refundAt: 6, refundAmount: 7 } as const

/** The days after the install on which a person is active, with the time of the first session, and what is bought on some of them. */
function daysSql(world: World, people: People): string {
  const { tables, calendar } = world
  const chance = `${RETURN} * loyalty * pow(k, -${DECAY}) * if(${isWeekend('installDay + k')}, ${WEEKEND}, 1)`
  const quantity = `1 + (${pick(8, "'quantity'", 'k')} < ${PAIRS})`
  const refundAge = `3600000 + toInt64(${draw("'refundAge'", 'k')} * ${12 * DAY_MS})`
  const isRefunded = `${draw("'refund'", 'k')} < ${CHANCE_OF_REFUND}`
  return layered(
    installersSql(world, people),
    {
      currency: `${tables.currencyOf}[countryNumber]`,
      installDay: `intDiv(installedAt, ${DAY_MS})`,
      pays: `${draw("'payer'")} < ${PAYER_SHARE} * ${tables.qualities}[origin]`,
      nowMs: String(calendar.nowMs),
    },
    {
      lifeDays: `if(installs AND installedAt <= nowMs, intDiv(nowMs, ${DAY_MS}) - installDay + 1, 0)`,
      loyalty: `pow(-log(1 - ${draw("'loyalty'")}), 0.85) * if(pays, 1.9, 0.82) * ${tables.qualities}[origin]`,
    },
    { activeDays: `arrayFilter(k -> k = 0 OR ${draw("'active'", 'k')} < least(0.9, ${chance}), range(lifeDays))` },
    {
      activeAt: `arrayMap(k -> if(k = 0, installedAt + 2000, (installDay + k) * ${DAY_MS} + ${timeOfDay(tables, "'active'", 'k')}), activeDays)`,
      isBuyDay: `arrayMap(k -> pays AND ${draw("'buy'", 'k')} < ${CHANCE_TO_BUY}, activeDays)`,
    },
    { buyDays: 'arrayFilter((k, isBuy) -> isBuy, activeDays, isBuyDay)', visitedAt: 'arrayFilter((at, isBuy) -> isBuy, activeAt, isBuyDay)' },
    {
      boughtAt: `arrayMap((k, at) -> at + 180000 + ${pick(1_200_000, "'buyTime'", 'k')}, buyDays, visitedAt)`,
      bought: `arrayMap(k -> 1 + ${pick(PRODUCTS.length, "'product'", 'k')}, buyDays)`,
    },
    { prices: `arrayMap(product -> toInt64(${tables.prices}[(currency - 1) * ${SALES_ITEMS} + product]), bought)` },
    {
      buys: `arrayMap((k, at, product, price) -> (k, at, product, ${quantity}, price * (${quantity}), if(${isRefunded}, at + ${refundAge}, 0), price),
      buyDays, boughtAt, bought, prices)`,
    },
  )
}

/**
 * `reminders`: the touches before purchases, all after the install, and beside each in `slots` the day of its purchase; `idleTouches`: those that
 * led to nothing.
 */
function livesSql(world: World, people: People): string {
  const { tables } = world
  const direct = tables.campaignCount + 1
  const age = `30000 + toInt64(pow(${draw("'age'", 's.1', 's.3')}, 1.6) * least(${CLICK_LOOKBACK_MS - DAY_MS / 4}, s.2 - installedAt - 120000))`
  const isTyped = `platformNumber = 3 AND isClosing AND ${draw("'typed'", 's.1', 's.3')} < ${TYPED_SHARE}`
  const kind = (rate: number, ...words: readonly string[]) => `if(c = ${direct} OR ${draw(...words)} < ${rate}, ${CLICK}, ${IMPRESSION})`
  const reminderKind = kind(REMINDER_CLICKS, "'remindClick'", 's.1', 's.3')
  const advertised = campaignAt(tables, `if(isClosing, ${stageNumber('close')}, ${stageNumber('remind')})`, "'remind'", 's.1', 's.3')
  return layered(
    daysSql(world, people),
    {
      reminderCounts: `arrayMap(k -> if(k = 0, 0, [${REMINDERS.join(',')}][${pick(16, "'reminders'", 'k')} + 1]), buyDays)`,
      idles: `range(if(lifeDays = 0, 0, intDiv(lifeDays, ${IDLE_DAYS}) + ${pick(2, "'idle'")}))`,
    },
    {
      slots: 'arrayFlatten(arrayMap((k, at, n) -> arrayMap(r -> (k, at, r), range(n)), buyDays, boughtAt, reminderCounts))',
      idleAt: `arrayMap(i -> installedAt + 60000 + toInt64(${draw("'idleAt'", 'i')} * lifeDays * ${DAY_MS}), idles)`,
      idlePlanned: `arrayMap(i -> ${campaignAt(tables, stageNumber('remind'), "'idle'", 'i')}, idles)`,
    },
    { ages: `arrayMap(s -> ${age}, slots)`, idleCampaigns: `arrayMap((c, at) -> ${running(world, 'c', 'at')}, idlePlanned, idleAt)` },
    { slotAt: 'arrayMap((s, age) -> s.2 - age, slots, ages)', areClosing: `arrayMap(age -> age < ${CLOSING_MS}, ages)` },
    { slotPlanned: `arrayMap((s, isClosing) -> if(${isTyped}, ${direct}, ${advertised}), slots, areClosing)` },
    { slotCampaigns: `arrayMap((c, at) -> ${running(world, 'c', 'at')}, slotPlanned, slotAt)` },
    {
      reminders: `arrayMap((s, at, c) -> ${touch(tables, { at: 'at', event: reminderKind, campaign: 'c', words: ["'remind'", 's.1', 's.3'] })}, slots, slotAt, slotCampaigns)`,
      idleTouches: `arrayMap((i, at, c) -> ${touch(tables, { at: 'at', event: kind(IDLE_CLICKS, "'idleClick'", 'i'), campaign: 'c', words: ["'idle'", 'i'] })}, idles, idleAt, idleCampaigns)`,
    },
  )
}

/** Makes LIVES of these people. */
export function createLivesSql(world: World, people: People): string {
  return `CREATE TEMPORARY TABLE ${LIVES} AS WITH ${world.tables.definitions} SELECT ${LIVES_COLUMNS} FROM (${livesSql(world, people)})`
}
