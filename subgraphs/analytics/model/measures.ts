import { ALWAYS, all, eventIs, IS_ACTIVITY, IS_ATTRIBUTED, IS_PURCHASE, IS_REFUND, KNOWN_USER, not, type Condition } from './condition.ts'

/** How events become one number. `sumRevenue` is in the reporting currency; `sign` -1 shows money given back as a positive number. */
export type EventAggregate =
  | { readonly kind: 'countRows'; readonly of: Condition }
  | { readonly kind: 'countUsers'; readonly of: Condition }
  | { readonly kind: 'sumRevenue'; readonly of: Condition; readonly sign: 1 | -1 }

/** How the rows of a group become one number: its events, or its costs in the reporting currency. */
export type Aggregate = EventAggregate | { readonly kind: 'sumCost' }

export type MeasureType = 'BigInt' | 'Decimal' | 'Float'

type MeasureText = {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly type: MeasureType
  /** `currency` is the tenant's reporting currency. */
  readonly unit: 'count' | 'users' | 'currency' | 'ratio' | 'installs per thousand' | 'currency per user' | 'currency per install'
  /** How it is counted, in words, for the catalogue. */
  readonly source: string
}

/**
 * A measure: `base` aggregates rows, `named` does so for one event's name, `ratio` divides base measures of the same row (and is right for
 * totals because of it): (numerator - less) x times / denominator.
 */
export type MeasureDefinition =
  | (MeasureText & { readonly kind: 'base'; readonly aggregate: Aggregate })
  | (MeasureText & { readonly kind: 'named'; readonly aggregateFor: (event: string) => Aggregate })
  | (MeasureText & {
      readonly kind: 'ratio'
      readonly numerator: string
      readonly denominator: string
      /** Taken from the numerator. Default: nothing. */
      readonly less?: string
      /** Default: 1. */
      readonly times?: number
    })

const count = (of: Condition): Aggregate => ({ kind: 'countRows', of })
const users = (of: Condition): Aggregate => ({ kind: 'countUsers', of })
const money = (of: Condition, sign: 1 | -1 = 1): Aggregate => ({ kind: 'sumRevenue', of, sign })

/** The measures of a row of `metrics`, in the order of the schema. */
export const measures: readonly MeasureDefinition[] = [
  {
    kind: 'base',
    name: 'impressions',
    title: 'Impressions',
    type: 'BigInt',
    unit: 'count',
    description: 'Ads shown.',
    source: 'rows that are a touch of kind impression',
    aggregate: count({ kind: 'touch', is: 'impression' }),
  },
  {
    kind: 'base',
    name: 'clicks',
    title: 'Clicks',
    type: 'BigInt',
    unit: 'count',
    description: 'Ads clicked.',
    source: 'rows that are a touch of kind click',
    aggregate: count({ kind: 'touch', is: 'click' }),
  },
  {
    kind: 'base',
    name: 'installs',
    title: 'Installs',
    type: 'BigInt',
    unit: 'count',
    description: 'First opens of an app.',
    source: 'events named install',
    aggregate: count(eventIs('install')),
  },
  {
    kind: 'base',
    name: 'attributedInstalls',
    title: 'Attributed installs',
    type: 'BigInt',
    unit: 'count',
    description: 'Installs credited to advertising: with a campaign, a partner, or a channel other than organic and direct.',
    source: 'events named install with a campaign, a partner or a channel other than organic and direct',
    aggregate: count(all(eventIs('install'), IS_ATTRIBUTED)),
  },
  {
    kind: 'base',
    name: 'sessions',
    title: 'Sessions',
    type: 'BigInt',
    unit: 'count',
    description: 'Sessions of an app.',
    source: 'events named session',
    aggregate: count(eventIs('session')),
  },
  {
    kind: 'base',
    name: 'activeUsers',
    title: 'Active users',
    type: 'BigInt',
    unit: 'users',
    description: 'Distinct users with activity in the row; never an install, a refund or a touch.',
    source: 'distinct user_id of rows that are activity',
    aggregate: users(IS_ACTIVITY),
  },
  {
    kind: 'base',
    name: 'payers',
    title: 'Payers',
    type: 'BigInt',
    unit: 'users',
    description: 'Distinct users with a purchase that is no refund.',
    source: 'distinct user_id of purchases',
    aggregate: users(all(KNOWN_USER, IS_PURCHASE)),
  },
  {
    kind: 'base',
    name: 'purchases',
    title: 'Purchases',
    type: 'BigInt',
    unit: 'count',
    description: 'Events named purchase that are no refund.',
    source: 'events named purchase without refunds',
    aggregate: count(IS_PURCHASE),
  },
  {
    kind: 'named',
    name: 'events',
    title: 'Events',
    type: 'BigInt',
    unit: 'count',
    description: 'Every row of that name, touches and refunds included.',
    source: 'rows whose event is the given name',
    aggregateFor: (event) => count(eventIs(event)),
  },
  {
    kind: 'base',
    name: 'revenue',
    title: 'Revenue',
    type: 'Decimal',
    unit: 'currency',
    description: 'Net revenue: a refund counts at its own time, as a negative amount.',
    source: 'sum of revenue',
    aggregate: money(ALWAYS),
  },
  {
    kind: 'base',
    name: 'grossRevenue',
    title: 'Gross revenue',
    type: 'Decimal',
    unit: 'currency',
    description: 'Revenue before refunds.',
    source: 'sum of revenue of rows that are no refund',
    aggregate: money(not(IS_REFUND)),
  },
  {
    kind: 'base',
    name: 'refunds',
    title: 'Refunds',
    type: 'Decimal',
    unit: 'currency',
    description: 'Money given back, as a positive number: revenue = grossRevenue - refunds.',
    source: 'minus the sum of revenue of refunds',
    aggregate: money(IS_REFUND, -1),
  },
  {
    kind: 'base',
    name: 'cost',
    title: 'Cost',
    type: 'Decimal',
    unit: 'currency',
    description:
      'Advertising cost of the calendar days, 0 when none is stated. Of each day, app, channel, partner and campaign one source counts: what an API states, else an import, else a link.',
    source: 'sum of cost of the best source, of what it states twice the newest',
    aggregate: { kind: 'sumCost' },
  },
  {
    kind: 'ratio',
    name: 'roas',
    title: 'ROAS',
    type: 'Float',
    unit: 'ratio',
    description: 'Return on advertising spend: net revenue per cost, 1 when they are equal; blended without groups. Null without cost.',
    source: 'revenue / cost',
    numerator: 'revenue',
    denominator: 'cost',
  },
  {
    kind: 'ratio',
    name: 'roi',
    title: 'ROI',
    type: 'Float',
    unit: 'ratio',
    description: 'Return on investment: net revenue less cost per cost, 0 when they are equal. Null without cost.',
    source: '(revenue - cost) / cost',
    numerator: 'revenue',
    less: 'cost',
    denominator: 'cost',
  },
  {
    kind: 'ratio',
    name: 'ecpi',
    title: 'eCPI',
    type: 'Decimal',
    unit: 'currency per install',
    description: 'Effective cost per install: cost per attributed install, rounded half up to 6 places. Null without an attributed install.',
    source: 'cost / attributedInstalls',
    numerator: 'cost',
    denominator: 'attributedInstalls',
  },
  {
    kind: 'ratio',
    name: 'arpu',
    title: 'ARPU',
    type: 'Decimal',
    unit: 'currency per user',
    description: 'Revenue per active user of the row, rounded half up to 6 places; null without an active user.',
    source: 'revenue / activeUsers',
    numerator: 'revenue',
    denominator: 'activeUsers',
  },
  {
    kind: 'ratio',
    name: 'ctr',
    title: 'CTR',
    type: 'Float',
    unit: 'ratio',
    description: 'Click-through rate: clicks per impression. Null without an impression.',
    source: 'clicks / impressions',
    numerator: 'clicks',
    denominator: 'impressions',
  },
  {
    kind: 'ratio',
    name: 'cvr',
    title: 'CVR',
    type: 'Float',
    unit: 'ratio',
    description: 'Conversion rate: attributed installs per click. Null without a click.',
    source: 'attributedInstalls / clicks',
    numerator: 'attributedInstalls',
    denominator: 'clicks',
  },
  {
    kind: 'ratio',
    name: 'ipm',
    title: 'IPM',
    type: 'Float',
    unit: 'installs per thousand',
    description: 'Attributed installs per thousand impressions. Null without an impression.',
    source: 'attributedInstalls x 1000 / impressions',
    numerator: 'attributedInstalls',
    times: 1000,
    denominator: 'impressions',
  },
]

const byName = new Map(measures.map((measure) => [measure.name, measure]))

/** Those that cannot be told without costs, wherever they are asked for. */
export const needsCosts = (measure: MeasureDefinition): boolean =>
  measure.kind === 'base'
    ? measure.aggregate.kind === 'sumCost'
    : measure.kind === 'ratio' && [measure.numerator, measure.less, measure.denominator].includes('cost')

/** The fields whose values a measure tells of: itself, what a ratio is made of, and `revenue` for any sum of it. */
export function partsOf(measure: MeasureDefinition): readonly string[] {
  switch (measure.kind) {
    case 'base':
      return measure.aggregate.kind === 'sumRevenue' ? [measure.name, 'revenue'] : [measure.name]
    case 'named':
      return [measure.name]
    case 'ratio':
      return [measure.name, ...[measure.numerator, measure.less, measure.denominator].flatMap((name) => partsOfNamed(name ?? ''))]
  }
}

function partsOfNamed(name: string): readonly string[] {
  const measure = byName.get(name)
  return measure === undefined ? [] : partsOf(measure)
}

/** null for a name that is no measure. */
export const measureNamed = (name: string): MeasureDefinition | null => byName.get(name) ?? null
