// The SQL of the people: who they are, what they saw before they installed, whether they did, and which touch is credited.
import { ARRIVALS, DAY_MS, type Calendar } from './calendar.ts'
import { codeOf, WEB_SHARE } from './audience.ts'
import { FRAUD_CAMPAIGNS, PAID_CHANNELS, STAGES, type WorldCampaign } from './campaigns.ts'
import { PICKS, type WorldTables } from './sqlTables.ts'

/** The people from `first` to before `end` out of `people`. */
export type People = { readonly people: number; readonly first: number; readonly end: number }
export type World = {
  readonly calendar: Calendar
  readonly seed: string
  readonly slug: string
  readonly tables: WorldTables
  readonly campaigns: readonly WorldCampaign[]
}

/** The share of people whom advertising reaches; the others come on their own. */
const EXPOSED_SHARE = 0.958
/** Of people who come on their own, those who type the address or follow a friend's link, on the web and on phones. */
const DIRECT_SHARE = { web: 0.7, phone: 0.06 } as const
/** How many impressions people see, of sixteen. */
const IMPRESSIONS = [1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 5, 5, 6, 7, 9, 12]
const MEAN_GAP_MS = 26 * 3_600_000
/** An installer's click rate on the last advertisement, and on those before. */
const INSTALLER_CLICKS = { last: 0.68, before: 0.15 } as const
/** Of installs, those that a flooding click precedes by chance; of other people, those whom one is told of; of Android installs, those injected. */
const FRAUD_SHARE = { floodedInstalls: 0.07, floodedOthers: 0.018, injectedInstalls: 0.05 } as const

export const CLICK_LOOKBACK_MS = 7 * DAY_MS
const VIEW_LOOKBACK_MS = DAY_MS
export const FRAUD = { none: 0, flooding: 1, injection: 2 } as const
export const IMPRESSION = codeOf('impression')
export const CLICK = codeOf('click')

/** SQL of a number in [0, 1) that depends on the person `h` and the words alone. */
export const draw = (...words: readonly string[]): string => `(bitShiftRight(cityHash64(h, ${words.join(', ')}), 11) / 9007199254740992.)`
/** SQL of a whole number in [0, below) of the same kind. */
export const pick = (below: string | number, ...words: readonly string[]): string => `(cityHash64(h, ${words.join(', ')}) % ${below})`
/** SQL of the milliseconds since midnight UTC at which a person does something. */
export const timeOfDay = (tables: WorldTables, ...words: readonly string[]): string =>
  `(toInt64((${tables.hours}[${pick(64, ...words)} + 1] + 48 - ${tables.offsets}[countryNumber]) % 24) * 3600000 + ${pick(3_600_000, "'ms'", ...words)})`

/**
 * SQL of a select with columns added layer by layer. A layer reads the layers below it alone: an alias used beside its definition is taken apart and
 * resolved anew at each use, which took most of a small world's time.
 */
export const layered = (from: string, ...layers: readonly Readonly<Record<string, string>>[]): string =>
  layers.reduce(
    (below, layer) =>
      `SELECT *, ${Object.entries(layer)
        .map(([name, expression]) => `${expression} AS ${name}`)
        .join(',\n    ')}\n  FROM (${below})`,
    from,
  )

/** SQL of a row to be: time in ms, number of the event, campaign, ad group, creative, amount in millionths, and a number for its properties. */
export type RowParts = {
  readonly at: string
  readonly event: number | string
  readonly campaign: string
  readonly adGroup: string
  readonly creative: string
  readonly amount?: string
  readonly detail?: string
}
export const row = ({ at, event, campaign, adGroup, creative, amount = '0', detail = '0' }: RowParts): string =>
  `(toInt64(${at}), toUInt8(${event}), toUInt8(${campaign}), toUInt8(${adGroup}), toUInt8(${creative}), toInt64(${amount}), toUInt32(${detail}))`

/** SQL of a touch of a campaign: which ad group and creative it was is drawn with the words. */
export const touch = (tables: WorldTables, parts: { at: string; event: number | string; campaign: string; words: readonly string[]; fraud?: number }): string =>
  row({
    ...parts,
    adGroup: `1 + ${pick(`${tables.adGroups}[${parts.campaign} + 1]`, "'group'", ...parts.words)}`,
    creative: `1 + ${pick(`${tables.creatives}[${parts.campaign} + 1]`, "'creative'", ...parts.words)}`,
    detail: String(parts.fraud ?? FRAUD.none),
  })

/** SQL of the campaign that is shown at a stage, whether or not it runs then. */
export const campaignAt = (tables: WorldTables, stage: string, ...words: readonly string[]): string =>
  `${tables.picks}[((${stage} * length(${tables.countryCodes}) + countryNumber - 1) * 3 + platformNumber - 1) * ${PICKS} + ${pick(PICKS, ...words)} + 1]`
/** SQL of the campaign itself while it runs, else of its channel's evergreen one. */
export const running = ({ tables, calendar }: World, campaign: string, at: string): string => {
  const day = `intDiv(${at} - ${calendar.dayZeroMs}, ${DAY_MS})`
  return `if(${day} BETWEEN ${tables.firstDays}[${campaign} + 1] AND ${tables.lastDays}[${campaign} + 1], ${campaign}, ${tables.evergreens}[${campaign} + 1])`
}

export const stageNumber = (stage: (typeof STAGES)[number]): string => String(STAGES.indexOf(stage))

/** Who they are: `h` is all the chance there is in a person. */
function peopleSql({ tables, calendar, seed, slug }: World, { people, first, end }: People): string {
  return layered(
    `SELECT number, cityHash64('${seed}', '${slug}', number) AS h FROM numbers(${first}, ${end - first})`,
    {
      day: `${tables.arrivals}[intDiv(number * ${ARRIVALS}, ${people}) + 1]`,
      countryNumber: `${tables.countries}[${pick(256, "'country'")} + 1]`,
      exposed: `${draw("'exposed'")} < ${EXPOSED_SHARE}`,
    },
    {
      platformNumber: `multiIf(${draw("'web'")} < ${WEB_SHARE}, 3, ${draw("'phone'")} < ${tables.iosShares}[countryNumber], 1, 2)`,
      arrival: `${calendar.dayZeroMs} + day * ${DAY_MS} + ${timeOfDay(tables, "'arrival'")}`,
      steps: `range(if(exposed, [${IMPRESSIONS.join(',')}][${pick(IMPRESSIONS.length, "'impressions'")} + 1], 0))`,
    },
  )
}

/**
 * What they saw, newest first, and whether they installed. The chance to install is 1 − (1 − intent) · ∏(1 − lift) over the impressions, and one
 * number decides: so who would have installed without a channel is known exactly (`broughtBy`).
 */
function journeysSql(world: World, people: People): string {
  const { tables } = world
  const chance = (kept: string) => `1 - (1 - intent) * arrayProduct(arrayMap(x -> ${kept}, channels))`
  const gap = `toInt64(-log(1 - ${draw("'gap'", 'i')}) * ${MEAN_GAP_MS}) + 1000`
  const isEarly = `${draw("'stage'", 'i')} * length(steps) < i + 0.5`
  const early = campaignAt(tables, stageNumber('early'), "'early'")
  const late = campaignAt(tables, stageNumber('late'), "'late'", 'i')
  return layered(
    peopleSql(world, people),
    {
      seenAt: `arrayMap(age -> arrival - age, arrayCumSum(arrayMap(i -> if(i = 0, 0, ${gap}), steps)))`,
      planned: `arrayMap(i -> if(${isEarly}, ${early}, ${late}), steps)`,
    },
    { campaigns: `arrayMap((c, at) -> ${running(world, 'c', 'at')}, planned, seenAt)` },
    { channels: `arrayMap(c -> ${tables.channelOf}[c + 1], campaigns)` },
    { intent: `if(exposed, ${tables.intents}[channels[1]], 1)`, fate: draw("'install'") },
    { installs: `fate < ${chance(`1 - ${tables.lifts}[x]`)}` },
    { broughtBy: `arrayFilter(channel -> installs AND fate >= ${chance(`if(x = channel, 1, 1 - ${tables.lifts}[x])`)}, range(1, ${PAID_CHANNELS + 1}))` },
  )
}

/** The touches before the install with the fraudulent ones among them, and when it was. `arrival` is the last genuine impression, or the visit. */
function touchesSql(world: World, people: People): string {
  const { tables, campaigns } = world
  const numberOf = (id: string) => campaigns.findIndex((campaign) => campaign.id === id) + 1
  const [flooding, injection] = [numberOf(FRAUD_CAMPAIGNS.flooding), numberOf(FRAUD_CAMPAIGNS.injection)]
  const clickRate = `if(installs, if(i = 0, ${INSTALLER_CLICKS.last}, ${INSTALLER_CLICKS.before}), ${tables.clickRates}[c + 1])`
  const clickDelay = (index: string) => `(1500 + ${pick(18_000, "'delay'", index)})`
  const direct = `if(platformNumber = 3, ${DIRECT_SHARE.web}, ${DIRECT_SHARE.phone})`
  const floodedAt = `if(installs, installedAt - toInt64(${draw("'floodAge'")} * ${CLICK_LOOKBACK_MS}), arrival + toInt64((${draw("'floodAge'")} - 0.5) * ${4 * DAY_MS}))`
  const flooded = `${draw("'flooded'")} < if(installs, ${FRAUD_SHARE.floodedInstalls}, ${FRAUD_SHARE.floodedOthers})`
  const injected = `${injection} > 0 AND installs AND platformNumber = 2 AND ${draw("'injected'")} < ${FRAUD_SHARE.injectedInstalls}`
  const only = (condition: string, parts: Parameters<typeof touch>[1]) => `if(${condition}, [${touch(tables, parts)}], [])`
  return layered(
    journeysSql(world, people),
    {
      clickedSteps: `arrayFilter((i, c) -> ${draw("'click'", 'i')} < ${clickRate}, steps, campaigns)`,
      slowness: draw("'ctit'"),
      isDirect: `NOT exposed AND ${draw("'direct'")} < ${direct}`,
    },
    {
      installedAt: `arrival + if(exposed, ${clickDelay('0')} + ${INSTALL_DELAY_MS}, 0)`,
      origin: 'if(exposed, channels[1], if(isDirect, 7, 6))',
      clickTimes: `arrayMap(i -> seenAt[i + 1] + ${clickDelay('i')}, clickedSteps)`,
      clickCampaigns: 'arrayMap(i -> campaigns[i + 1], clickedSteps)',
    },
    { floodedAt },
    {
      touches: `arrayConcat(
      arrayMap((i, at, c) -> ${touch(tables, { at: 'at', event: IMPRESSION, campaign: 'c', words: ['i'] })}, steps, seenAt, campaigns),
      arrayMap((i, at, c) -> ${touch(tables, { at: 'at', event: CLICK, campaign: 'c', words: ['i'] })}, clickedSteps, clickTimes, clickCampaigns),
      ${only('isDirect', { at: `installedAt - 5000 - ${pick(115_000, "'visit'")}`, event: CLICK, campaign: String(tables.campaignCount + 1), words: ["'direct'"] })},
      ${only(flooded, { at: 'floodedAt', event: CLICK, campaign: String(flooding), words: ["'flood'"], fraud: FRAUD.flooding })},
      ${only(injected, { at: `installedAt - 3000 - ${pick(7000, "'injection'")}`, event: CLICK, campaign: String(injection), words: ["'injection'"], fraud: FRAUD.injection })})`,
    },
  )
}

/** From the last touch to the first open: three quarters within the hour, 94 % within the day, a few after more than a week (DEFINITIONS.md, section 2). */
const INSTALL_DELAY_MS = `toInt64(1000 * multiIf(
      slowness < 0.75, 25 + pow(slowness / 0.75, 2) * 3500,
      slowness < 0.94, 3600 + pow((slowness - 0.75) / 0.19, 2) * 82800,
      slowness < 0.99, 86400 + (slowness - 0.94) / 0.05 * 500000,
      604800 + (slowness - 0.99) / 0.01 * 300000))`

/**
 * People with `installs`, `installedAt`, `touches` and `winner`, the touch that the install is credited to: the latest click of the 7 days before
 * it, else the latest impression of the day before, else nothing (campaign 0, organic).
 */
export function installersSql(world: World, people: People): string {
  const latest = (event: number, lookbackMs: number) =>
    `arraySort(arrayFilter(x -> installs AND x.2 = ${event} AND x.1 <= installedAt AND x.1 >= installedAt - ${lookbackMs}, touches))[-1]`
  return layered(
    touchesSql(world, people),
    { clicked: latest(CLICK, CLICK_LOOKBACK_MS), viewed: latest(IMPRESSION, VIEW_LOOKBACK_MS) },
    { winner: 'if(clicked.1 > 0, clicked, viewed)' },
  )
}
