import type { Condition } from './condition.ts'

/** How events become one number. `sumRevenue` is in the reporting currency; `sign` -1 shows money given back as a positive number. */
export type EventAggregate =
  | { readonly kind: 'countRows'; readonly of: Condition }
  /** Default: exact. */
  | { readonly kind: 'countUsers'; readonly of: Condition; readonly isApproximate?: boolean }
  | { readonly kind: 'sumRevenue'; readonly of: Condition; readonly sign: 1 | -1 }

/** What is made of the numbers of a property. COUNT is how many there are, which an average is divided by. */
export const numberAggregates = ['SUM', 'AVERAGE', 'MIN', 'MAX', 'QUANTILE'] as const
export type NumberAggregate = (typeof numberAggregates)[number]

/** Of a property's values: numbers are canonical decimal text; the first or last value is by time, then by event id. */
export type PropertyAggregate =
  | {
      readonly kind: 'number'
      readonly of: Condition
      readonly property: string
      readonly as: Exclude<NumberAggregate, 'AVERAGE'> | 'COUNT'
      /** Of a quantile, in millionths; 0 of the others. */
      readonly levelMillionths: number
    }
  | { readonly kind: 'value'; readonly of: Condition; readonly property: string; readonly at: 'first' | 'last' }

export const lifecycleParts = ['newUsers', 'returningUsers', 'resurrectedUsers', 'dormantUsers'] as const
export type LifecyclePart = (typeof lifecycleParts)[number]

/** What is told of users by when else they were active. In the totals `isTotal` takes the range in place of the row's bucket of time. */
export type UserAggregate =
  | { readonly kind: 'newUsers'; readonly isTotal: boolean }
  | { readonly kind: 'usersOver'; readonly days: number; readonly isTotal: boolean }
  | { readonly kind: 'lifecycle'; readonly part: LifecyclePart }

/** How the rows of a group become one number: its events, its users, or its costs in the reporting currency. */
export type Aggregate = EventAggregate | PropertyAggregate | UserAggregate | { readonly kind: 'sumCost' }

export type MeasureType = 'BigInt' | 'Decimal' | 'Float' | 'String' | 'Lifecycle'

type MeasureText = {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly type: MeasureType
  /** `currency` is the tenant's reporting currency; null when it is that of what it is made of. */
  readonly unit: 'count' | 'users' | 'currency' | 'ratio' | 'installs per thousand' | 'currency per user' | 'currency per install' | null
  /** How it is counted, in words, for the catalogue. */
  readonly source: string
}

/**
 * A measure: `base` aggregates rows, `named` does so for one event's name, `ratio` divides base measures of the same row (and is right for
 * totals because of it): (numerator - less) x times / denominator. `difference` takes one from another.
 */
export type MeasureDefinition =
  | (MeasureText & { readonly kind: 'base'; readonly aggregate: Aggregate })
  | (MeasureText & { readonly kind: 'named'; readonly aggregateFor: (event: string) => EventAggregate })
  | (MeasureText & {
      readonly kind: 'ratio'
      readonly numerator: string
      readonly denominator: string
      /** Taken from the numerator. Default: nothing. */
      readonly less?: string
      /** Default: 1. */
      readonly times?: number
    })
  | (MeasureText & { readonly kind: 'difference'; readonly from: string; readonly less: string })
  /** Over numbers of a property; and its first or last value. */
  | (MeasureText & { readonly kind: 'number' })
  | (MeasureText & { readonly kind: 'value'; readonly at: 'first' | 'last' })
  /** Active users of the last days, and those of the row divided by them. */
  | (MeasureText & { readonly kind: 'over' })
  | (MeasureText & { readonly kind: 'stickiness' })
  | (MeasureText & { readonly kind: 'lifecycle' })
  /** Another measure as a part of its total, and added up along time. */
  | (MeasureText & { readonly kind: 'share' })
  | (MeasureText & { readonly kind: 'running' })
