import { z } from 'zod'
import type { KnownSegment } from './segments.ts'

/** The arguments of `metrics` and `cohorts`, read from GraphQL values with the contract's defaults. An unknown member throws. */

export const timeUnit = z.enum(['HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'])
export type TimeUnit = z.infer<typeof timeUnit>

const dimension = z.enum(['APP', 'PLATFORM', 'COUNTRY', 'APP_VERSION', 'EVENT', 'CHANNEL', 'PARTNER', 'CAMPAIGN', 'AD_GROUP', 'CREATIVE'])
export type Dimension = z.infer<typeof dimension>
export const dimensions: readonly Dimension[] = dimension.options

const range = z.strictObject({
  start: z.string().nullish(),
  end: z.string().nullish(),
  last: z.int().nullish(),
  unit: timeUnit.nullish(),
  includeCurrent: z.boolean().default(false),
})
export type RangeInput = z.infer<typeof range>

const textFilter = z.strictObject({
  eq: z.string().nullish(),
  in: z.array(z.string()).nullish(),
  notIn: z.array(z.string()).nullish(),
  contains: z.string().nullish(),
  startsWith: z.string().nullish(),
  isNull: z.boolean().nullish(),
})
export type TextFilter = z.infer<typeof textFilter>

const numberFilter = z.strictObject({
  eq: z.number().nullish(),
  gt: z.number().nullish(),
  gte: z.number().nullish(),
  lt: z.number().nullish(),
  lte: z.number().nullish(),
})
export type NumberFilter = z.infer<typeof numberFilter>

/** Stands in the place of an id. */
const segment = z.custom<KnownSegment>((value) => typeof value === 'object' && value !== null && 'members' in value)

export const filter = z.strictObject({
  get and() {
    return z.array(filter).nullish()
  },
  get or() {
    return z.array(filter).nullish()
  },
  get not() {
    return filter.nullish()
  },
  app: textFilter.nullish(),
  platform: textFilter.nullish(),
  country: textFilter.nullish(),
  appVersion: textFilter.nullish(),
  event: textFilter.nullish(),
  channel: textFilter.nullish(),
  partner: textFilter.nullish(),
  campaign: textFilter.nullish(),
  adGroup: textFilter.nullish(),
  creative: textFilter.nullish(),
  segment: segment.nullish(),
  property: z.strictObject({ name: z.string(), text: textFilter.nullish(), number: numberFilter.nullish() }).nullish(),
})
export type Filter = z.infer<typeof filter>

const groupBy = z.union([
  z.strictObject({ time: timeUnit }),
  z.strictObject({ dimension }),
  z.strictObject({ property: z.string() }),
  z.strictObject({ segment }),
])
export type GroupBy = z.infer<typeof groupBy>

const orderBy = z.strictObject({
  measure: z.string().nullish(),
  dimension: dimension.nullish(),
  alias: z.string().nullish(),
  direction: z.enum(['ASC', 'DESC']).default('DESC'),
})
export type OrderBy = z.infer<typeof orderBy>

const shared = {
  range,
  timeZone: z.string(),
  groupBy: z.array(groupBy).default([]),
  where: filter.nullish(),
  limit: z.int().default(1000),
  explain: z.boolean().default(false),
}

const top = z.strictObject({ count: z.int(), by: z.string().default('activeUsers'), direction: z.enum(['ASC', 'DESC']).default('DESC') })
export type Top = z.infer<typeof top>

export const metricsQuestion = z.strictObject({
  ...shared,
  orderBy: z.array(orderBy).default([]),
  top: top.nullish(),
  fillGaps: z.boolean().default(false),
})
export type MetricsQuestion = z.infer<typeof metricsQuestion>

const days = z.int().min(0).max(365)
export const attributionQuestion = z.strictObject({
  ...shared,
  groupBy: z.array(groupBy).default([{ dimension: 'CAMPAIGN' }]),
  conversion: z.strictObject({ event: z.string(), where: filter.nullish() }),
  lookback: z
    .strictObject({ clickDays: days.default(7), viewDays: days.default(1) })
    .nullish()
    .transform((given) => given ?? { clickDays: 7, viewDays: 1 }),
  whereTouch: filter.nullish(),
})
export type AttributionQuestion = z.infer<typeof attributionQuestion>

const funnelStep = z.strictObject({ event: z.string(), where: filter.nullish() })
export const funnelQuestion = z.strictObject({
  ...shared,
  steps: z.array(funnelStep),
  order: z.enum(['ORDERED', 'STRICT', 'UNORDERED']).default('ORDERED'),
  windowSeconds: z.int().default(604_800),
  exclude: z.array(funnelStep).nullish(),
})
export type FunnelQuestion = z.infer<typeof funnelQuestion>

const { groupBy: _groups, ...withoutGroups } = shared
export const pathsQuestion = z.strictObject({
  ...withoutGroups,
  conversion: z.strictObject({ event: z.string(), where: filter.nullish() }).nullish(),
  start: z.strictObject({ event: z.string().nullish(), where: filter.nullish() }).nullish(),
  depth: z.int().default(5),
  lookbackDays: z.int().default(30),
  collapseRepeats: z.boolean().default(true),
  includeTouches: z.boolean().default(false),
  limit: z.int().default(100),
  graphEvents: z.int().default(10),
})
export type PathsQuestion = z.infer<typeof pathsQuestion>

export const cohortsQuestion = z.strictObject({
  ...shared,
  entry: z.strictObject({ kind: z.enum(['INSTALL', 'FIRST_EVENT', 'SIGN_UP', 'SEGMENT']), event: z.string().nullish(), segment: segment.nullish() }),
  activity: z.strictObject({ event: z.string().nullish(), where: filter.nullish() }).nullish(),
  grain: timeUnit,
  periodKind: z.enum(['ROLLING', 'CALENDAR']).default('ROLLING'),
  periodUnit: timeUnit.nullish(),
  brackets: z.array(z.strictObject({ from: z.int(), to: z.int() })).nullish(),
  periods: z.int(),
  retention: z.enum(['BOUNDED', 'UNBOUNDED']).default('BOUNDED'),
  denominator: z.enum(['ALL', 'MATURE']).default('ALL'),
})
export type CohortsQuestion = z.infer<typeof cohortsQuestion>
