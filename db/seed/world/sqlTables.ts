// The tables of the world as SQL text: arrays that a number or a hash looks up. Only our own numbers and words come here, never a caller's.
import { COUNTRIES, HOURS, PLATFORMS, pricesIn, VERSIONS } from './audience.ts'
import { arrivalDays, CURRENCIES, dayRates, EARLIEST_DAY, LAST_DAY, type Calendar } from './calendar.ts'
import { campaignsOf, CHANNELS, EVERGREEN, STAGES, type WorldCampaign, type WorldSlug } from './campaigns.ts'
import { NATURE, type ChannelNature } from './nature.ts'

/** How many entries of a table stand for one stage, country and platform. */
export const PICKS = 64

/** The names by which the SQL calls the tables; `definitions` goes behind the statement's WITH. */
export type WorldTables = Readonly<Record<TableName, string>> & {
  readonly definitions: string
  /** Counted from 1; 0 is organic and this number plus one is direct. */
  readonly campaignCount: number
}
type TableName =
  | 'arrivals'
  | 'countries'
  | 'countryCodes'
  | 'iosShares'
  | 'offsets'
  | 'hours'
  | 'currencyOf'
  | 'currencyCodes'
  | 'prices'
  | 'rates'
  | 'picks'
  | 'firstDays'
  | 'lastDays'
  | 'evergreens'
  | 'channelOf'
  | 'channelNames'
  | 'partnerIds'
  | 'campaignIds'
  | 'adGroups'
  | 'creatives'
  | 'clickRates'
  | 'lifts'
  | 'intents'
  | 'purchaseLifts'
  | 'qualities'
  | 'versionDays'
  | 'versionNames'

type TablesOptions = { readonly calendar: Calendar; readonly slug: WorldSlug; readonly seed: string }

const numbers = (values: readonly number[]): string => `[${values.join(',')}]`
const words = (values: readonly string[]): string => `[${values.map((value) => `'${value}'`).join(',')}]`

export function worldTables(options: TablesOptions): WorldTables {
  const arrays = tableArrays(options)
  const names = Object.keys(arrays) as readonly TableName[]
  const named = Object.fromEntries(names.map((name) => [name, `t_${name}`])) as Readonly<Record<TableName, string>>
  const definitions = names.map((name) => `(SELECT ${arrays[name]}) AS t_${name}`).join(',\n')
  return { ...named, definitions, campaignCount: campaignsOf(options.slug).length }
}

function tableArrays(options: TablesOptions): Readonly<Record<TableName, string>> {
  const campaigns = campaignsOf(options.slug)
  // Before the campaigns stands organic, behind them direct; neither has a partner, an ad group or an end.
  const perCampaign = <Value>(value: (campaign: WorldCampaign) => Value, organic: Value, direct: Value): readonly Value[] => [
    organic,
    ...campaigns.map(value),
    direct,
  ]
  const nature = (key: keyof ChannelNature) => numbers(CHANNELS.map((channel) => NATURE[channel][key]))
  return {
    arrivals: numbers(arrivalDays(options)),
    countries: numbers(COUNTRIES.flatMap(({ people }, index) => Array.from({ length: people }, () => index + 1))),
    countryCodes: words(COUNTRIES.map(({ code }) => code)),
    iosShares: numbers(COUNTRIES.map(({ ios }) => ios)),
    offsets: numbers(COUNTRIES.map(({ offset }) => offset)),
    hours: numbers(HOURS),
    currencyOf: numbers(COUNTRIES.map(({ currency }) => CURRENCIES.indexOf(currency) + 1)),
    currencyCodes: words(CURRENCIES),
    prices: numbers(CURRENCIES.flatMap(pricesIn)),
    rates: numbers(dayRates(options.seed).map(({ millionths }) => millionths)),
    picks: numbers(picks(campaigns)),
    firstDays: numbers(perCampaign(({ days }) => days?.[0] ?? -999, -999, -999)),
    lastDays: numbers(perCampaign(({ days }) => days?.[1] ?? 999, 999, 999)),
    evergreens: numbers(perCampaign(({ channel }) => campaigns.findIndex(({ id }) => id === EVERGREEN[channel]) + 1, 0, campaigns.length + 1)),
    channelOf: numbers(perCampaign(({ channel }) => CHANNELS.indexOf(channel) + 1, CHANNELS.indexOf('organic') + 1, CHANNELS.indexOf('direct') + 1)),
    channelNames: words(CHANNELS),
    partnerIds: words(perCampaign<string>(({ partner }) => partner, '', '')),
    campaignIds: words(perCampaign(({ id }) => id, '', '')),
    adGroups: numbers(perCampaign(({ adGroups }) => adGroups.length, 1, 1)),
    creatives: numbers(perCampaign(({ creatives }) => creatives.length, 1, 1)),
    clickRates: numbers(perCampaign(({ clickRate }) => clickRate, 0, 0)),
    lifts: nature('lift'),
    intents: nature('intent'),
    purchaseLifts: nature('purchaseLift'),
    qualities: nature('quality'),
    versionDays: numbers(VERSIONS.map(({ day }) => day)),
    versionNames: words(VERSIONS.map(({ version }) => version)),
  }
}

/** For each stage, country and platform: PICKS numbers of campaigns, as often as their weights say among those that fit. */
function picks(campaigns: readonly WorldCampaign[]): readonly number[] {
  return STAGES.flatMap((stage) =>
    COUNTRIES.flatMap(({ code }) =>
      PLATFORMS.flatMap((platform) => {
        const weights = campaigns.map(({ countries, platforms, weights: own }) =>
          (countries?.includes(code) ?? true) && (platforms?.includes(platform) ?? true) ? (own[stage] ?? 0) : 0,
        )
        return shareOut(weights, PICKS)
      }),
    ),
  )
}

/** Numbers from 1 to the weights' length, `places` of them, each as often as its weight says. */
function shareOut(weights: readonly number[], places: number): readonly number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  let taken = 0
  let reached = 0
  return weights.flatMap((weight, index) => {
    reached += weight
    const until = Math.round((reached / total) * places)
    const own = Array.from({ length: until - taken }, () => index + 1)
    taken = until
    return own
  })
}

/** SQL of a rate in millionths: of a currency's number on a day of the world. */
export const rateOf = (tables: WorldTables, currency: string, day: string): string =>
  `${tables.rates}[(${currency} - 1) * ${LAST_DAY - EARLIEST_DAY + 1} + ${day} - ${EARLIEST_DAY} + 1]`

/** SQL of money in millionths, converted by a rate in millionths and rounded half away from zero. */
export const converted = (millionths: string, rate: string): string => `intDiv(toInt128(${millionths}) * ${rate} * 2 + sign(${millionths}) * 1000000, 2000000)`

/** SQL of Decimal(38, 6) from millionths. */
export const money = (millionths: string): string => `toDecimal128(${millionths}, 0) * toDecimal128('0.000001', 6)`
