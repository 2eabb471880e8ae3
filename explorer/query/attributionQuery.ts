import type { AttributionInput, AttributionModel } from '../operations/generated/graphql.ts'
import { models } from './attributionModels.ts'
import { integerOf, textOf, textsOf, wordOf, type Codec } from './codec.ts'
import { groupInput, printGroup, readGroup, type DimensionField, type Group } from './dimensions.ts'
import { filterInput, printConditions, readConditions, type Condition } from './filter.ts'
import { lastOf, printRange, rangeInput, readRange, type Range } from './range.ts'
import { isTimeZone } from './zonedDay.ts'

/** What of the credit is shown. */
export type Shown = 'conversions' | 'revenue' | 'roas' | 'cpa'

/** What the attribution page asks. */
export type AttributionQuery = {
  /** The name of the event whose credit is divided. */
  readonly event: string
  readonly range: Range
  readonly timeZone: string
  /** How old a click and a view may be at the conversion, in days, 0 to 365. */
  readonly clickDays: number
  readonly viewDays: number
  /** Of time decay, in days. */
  readonly halfLifeDays: number
  readonly by: Group
  /** Compared side by side, in the order of `models`; at least one. */
  readonly models: readonly AttributionModel[]
  readonly shown: Shown
  /** Which conversions; before crediting. */
  readonly where: readonly Condition[]
  /** Which touchpoints; after crediting. */
  readonly whereTouch: readonly Condition[]
}

export const shownMeasures: readonly Shown[] = ['conversions', 'revenue', 'roas', 'cpa']
/** What touchpoints can be told apart by. */
export const touchFields: readonly DimensionField[] = ['campaign', 'partner', 'channel', 'adGroup', 'creative']
const costFields: readonly string[] = ['app', 'platform', 'country', 'channel', 'partner', 'campaign', 'adGroup']
const costFieldsOfConversions: readonly string[] = ['app', 'platform', 'country']
const maxLookbackDays = 365
const maxHalfLifeDays = 365
const maxRows = 5_000

export const defaultAttribution: AttributionQuery = {
  event: 'purchase',
  range: lastOf(30, 'DAY'),
  timeZone: 'UTC',
  clickDays: 7,
  viewDays: 1,
  halfLifeDays: 7,
  by: { kind: 'dimension', field: 'campaign' },
  models: ['FIRST_TOUCH', 'LAST_TOUCH', 'LINEAR', 'TIME_DECAY'],
  shown: 'conversions',
  where: [],
  whereTouch: [],
}

const printModel = (model: AttributionModel): string => model.toLowerCase()

export const attributionCodec: Codec<AttributionQuery> = {
  read(parameters) {
    const timeZone = textOf(parameters, 'tz')
    const days = (name: string, fallback: number) => integerOf(textOf(parameters, name), { min: 0, max: maxLookbackDays }, fallback)
    return {
      event: textOf(parameters, 'event') ?? defaultAttribution.event,
      range: readRange(textOf(parameters, 'range')) ?? defaultAttribution.range,
      timeZone: timeZone !== null && isTimeZone(timeZone) ? timeZone : defaultAttribution.timeZone,
      clickDays: days('clicks', defaultAttribution.clickDays),
      viewDays: days('views', defaultAttribution.viewDays),
      halfLifeDays: integerOf(textOf(parameters, 'halflife'), { min: 1, max: maxHalfLifeDays }, defaultAttribution.halfLifeDays),
      by: readGroup(textOf(parameters, 'by')) ?? defaultAttribution.by,
      models: readModels(textOf(parameters, 'models')) ?? defaultAttribution.models,
      shown: wordOf(textOf(parameters, 'shown'), shownMeasures, defaultAttribution.shown),
      where: readConditions(textsOf(parameters, 'where')),
      whereTouch: readConditions(textsOf(parameters, 'touch')),
    }
  },
  write(query) {
    const [where, touch] = [printConditions(query.where), printConditions(query.whereTouch)]
    const texts = {
      event: query.event,
      range: printRange(query.range),
      tz: query.timeZone,
      clicks: String(query.clickDays),
      views: String(query.viewDays),
      halflife: String(query.halfLifeDays),
      by: printGroup(query.by),
      models: query.models.map(printModel).join(','),
      shown: query.shown,
    }
    const changed = Object.entries(texts).filter(([name, text]) => text !== defaultTexts[name])
    return { ...Object.fromEntries(changed), ...(where.length === 0 ? {} : { where }), ...(touch.length === 0 ? {} : { touch }) }
  },
}

const defaultTexts: Readonly<Record<string, string>> = {
  event: defaultAttribution.event,
  range: printRange(defaultAttribution.range),
  tz: defaultAttribution.timeZone,
  clicks: String(defaultAttribution.clickDays),
  views: String(defaultAttribution.viewDays),
  halflife: String(defaultAttribution.halfLifeDays),
  by: printGroup(defaultAttribution.by),
  models: defaultAttribution.models.map(printModel).join(','),
  shown: defaultAttribution.shown,
}

/** null when none is named. */
function readModels(text: string | null): readonly AttributionModel[] | null {
  const names = (text ?? '').toLowerCase().split(',')
  const known = models.map(({ model }) => model).filter((model) => names.includes(printModel(model)))
  return known.length === 0 ? null : known
}

/** With the model when it was not there, else without it; the last one stays. */
export function toggleModel(chosen: readonly AttributionModel[], model: AttributionModel): readonly AttributionModel[] {
  const next = models.map((each) => each.model).filter((each) => chosen.includes(each) !== (each === model))
  return next.length === 0 ? chosen : next
}

/**
 * Why cost, and what is made of it, cannot be asked for with this question; null when it can. Costs are kept by local day and by few dimensions, and a
 * part of a day, or of what they do not have, would be a number that is not theirs.
 */
export function whyNoCost({ range, by, where, whereTouch }: AttributionQuery): string | null {
  if (by.kind !== 'dimension' || !costFields.includes(by.field)) return 'Costs are not kept by what the answer is broken down by'
  if (range.kind === 'last' && (range.includeCurrent || range.unit === 'HOUR')) return 'Costs are kept by whole days, and the range holds a part of one'
  if (where.some(({ field }) => !costFieldsOfConversions.includes(field))) return 'Costs cannot be told apart by a filter of conversions'
  if (whereTouch.some(({ field }) => !costFields.includes(field))) return 'Costs cannot be told apart by a filter of touchpoints'
  return null
}

/** What is shown of an answer: conversions in the place of what needs cost when there is none. */
export const shownOf = (query: AttributionQuery): Shown =>
  (query.shown === 'roas' || query.shown === 'cpa') && whyNoCost(query) !== null ? 'conversions' : query.shown

export function attributionInput(query: AttributionQuery): AttributionInput {
  const [where, whereTouch] = [filterInput(query.where), filterInput(query.whereTouch)]
  return {
    conversion: { event: query.event },
    range: rangeInput(query.range, query.timeZone),
    timeZone: query.timeZone,
    lookback: { clickDays: query.clickDays, viewDays: query.viewDays },
    groupBy: [groupInput(query.by)],
    limit: maxRows,
    ...(where === undefined ? {} : { where }),
    ...(whereTouch === undefined ? {} : { whereTouch }),
  }
}
