import { asNumber, referenceAttribution, type AttributionRow, type Credit, type Model } from './attribution.ts'
import type { StoredCost } from '#db/clickhouse/storedCost.ts'
import { localDate } from './calendar.ts'
import { allowsCosts, costOf, costsOf, type Cost } from './costs.ts'
import { fromMicros } from './decimals.ts'
import { matches } from './filters.ts'
import { fraction, over, toNumber, toWhole } from './fractions.ts'
import { labelsKey, labelsOf, type Labels } from './groups.ts'
import type { AttributionQuestion, Filter } from './question.ts'
import { resolveRange } from './range.ts'
import type { World } from './world.ts'

/** A number as the API shows it. What is computed with doubles begins with ~ and is compared to about their precision. */
export type Shown = string | number | null

export type AttributionAsked = {
  readonly world: World
  /** Default: none. */
  readonly costs?: readonly StoredCost[]
  readonly tenantId: string
  readonly input: AttributionQuestion
  readonly now: number
  /** Of MARKOV, as the rows ask for them. Default: none. */
  readonly orders?: readonly number[]
}
export type ShownRow = { readonly labels: Labels; readonly measure: (name: string, args: Readonly<Record<string, unknown>>) => Shown }

/** The rows of `attribution` with their numbers by field and arguments. */
export function answerAttribution(asked: AttributionAsked): {
  readonly rows: readonly ShownRow[]
  readonly totals: ShownRow
  readonly isTruncated: boolean
  readonly allRows: readonly ShownRow[]
} {
  const costs = askedCosts(asked)
  const labels = costs.map(({ row }) => labelsOf(row, asked.input.groupBy))
  const answer = referenceAttribution({ ...asked, otherGroups: labels })
  const costAt = (group: Labels) => costOf(costs.filter((_, i) => labelsKey(labels[i] ?? group) === labelsKey(group)))
  const shown = (row: AttributionRow): ShownRow => ({ labels: row.labels, measure: measureOf(row, costAt(row.labels)) })
  return {
    rows: answer.rows.map(shown),
    totals: { labels: answer.totals.labels, measure: measureOf(answer.totals, costOf(costs)) },
    isTruncated: answer.isTruncated,
    allRows: answer.allRows.map(shown),
  }
}

/** The costs of the range that the filters admit: of those of conversions only app, platform and country apply. None when the question has more. */
function askedCosts({ costs = [], tenantId, input, now }: AttributionAsked): readonly Cost[] {
  const { timeZone, where, whereTouch, conversion } = input
  const range = resolveRange(input.range, { timeZone, now })
  if (!allowsCosts({ ...input, where: whereTouch }, range) || !isOfBoth(where) || !isOfBoth(conversion.where)) return []
  const isAsked = ({ row }: Cost) =>
    row.day >= localDate(range.start, timeZone) &&
    row.day < localDate(range.end, timeZone) &&
    [where, whereTouch, conversion.where].every((filter) => matches(filter, row))
  return costsOf(costs, tenantId).filter(isAsked)
}

function isOfBoth(filter: Filter | null | undefined): boolean {
  if (!filter) return true
  const below = [...(filter.and ?? []), ...(filter.or ?? []), ...(filter.not ? [filter.not] : [])]
  const other = ['event', 'appVersion', 'channel', 'partner', 'campaign', 'adGroup', 'creative', 'property', 'segment'] as const
  return other.every((field) => !filter[field]) && below.every(isOfBoth)
}

const DEFAULT_HALF_LIFE_DAYS = 7
/** Less is no credit: of twelve places it shows none. */
const LEAST_CREDIT = 1e-12

const measureOf =
  (row: AttributionRow, cost: bigint) =>
  (name: string, args: Readonly<Record<string, unknown>>): Shown => {
    const model: Model = {
      name: String(args.model),
      halfLifeDays: typeof args.halfLifeDays === 'number' ? args.halfLifeDays : DEFAULT_HALF_LIFE_DAYS,
      order: typeof args.order === 'number' ? args.order : 1,
    }
    switch (name) {
      case 'conversions':
        return asNumber(row.conversions(model))
      case 'revenue':
        return money(row.revenue(model))
      case 'roas':
        return ratio(row.revenue(model), cost)
      case 'cpa':
        return perConversion(cost, row.conversions(model))
      case 'touchpoints':
        return String(row.touchpoints)
      case 'assists':
        return String(row.assists)
      case 'cost':
        return fromMicros(cost)
      default:
        throw new Error(`The reference has no measure ${name} of attribution.`)
    }
  }

const about = (micros: number): string => `~${micros / 1e6}`
const money = (credit: Credit): string => (typeof credit === 'number' ? about(credit) : fromMicros(toWhole(credit)))

function ratio(revenue: Credit, cost: bigint): number | null {
  if (cost === 0n) return null
  return typeof revenue === 'number' ? revenue / Number(cost) : toNumber(over(revenue, fraction(cost)))
}

function perConversion(cost: bigint, conversions: Credit): string | null {
  if (asNumber(conversions) < LEAST_CREDIT) return null
  return typeof conversions === 'number' ? about(Number(cost) / conversions) : fromMicros(toWhole(over(fraction(cost), conversions)))
}
