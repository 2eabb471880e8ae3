import { builder } from '../builder.ts'
import { attributionModels, type AttributionModelName } from '../model/attribution.ts'
import { dimensions, type DimensionName } from '../model/dimensions.ts'
import { funnelOrders, type FunnelOrder } from '../model/funnel.ts'
import type { NumberAggregate } from '../model/measures.ts'
import { pathNodeKinds, pathNodeTexts, type PathNodeKind } from '../model/paths.ts'
import type { TimeUnit } from '../model/timeUnits.ts'

export const TimeUnitRef = builder.enumType('TimeUnit', {
  description: "A unit of time, cut in the question's time zone. Weeks start on Monday.",
  values: { HOUR: {}, DAY: {}, WEEK: {}, MONTH: {}, QUARTER: {}, YEAR: {} } satisfies Record<TimeUnit, object>,
})

export const DimensionRef = builder.enumType('Dimension', {
  description: 'What rows can be grouped by.',
  values: Object.fromEntries(dimensions.map(({ name, description }) => [name, { description }])) as Record<DimensionName, { description: string }>,
})

export const DirectionRef = builder.enumType('Direction', {
  description: 'Absent values come last in both.',
  values: { ASC: { description: 'Smallest first.' }, DESC: { description: 'Largest first.' } },
})

export const NumberAggregateRef = builder.enumType('NumberAggregate', {
  description: 'What is made of numbers; null without any.',
  values: {
    SUM: { description: 'Their sum, exactly.' },
    AVERAGE: { description: 'Their sum divided by how many they are, rounded half away from zero to 6 places.' },
    MIN: { description: 'The smallest.' },
    MAX: { description: 'The largest.' },
    QUANTILE: {
      description:
        'The value at `level` of the way from the smallest to the largest, between two values linear (inclusive: position (n - 1) x level), rounded half away from zero to 6 places.',
    },
  } satisfies Record<NumberAggregate, { description: string }>,
})

export const CompareRef = builder.enumType('Compare', {
  description:
    'The same measure over another time. Buckets of time are put beside those of the range by their number, the first beside the first; one without a partner counts in the totals alone. A date that the time zone left out, such as 30 December 2011 in Pacific/Apia, is a day of no length: it is numbered and counted with the others, and has no row.',
  values: {
    PREVIOUS_PERIOD: {
      description:
        'The range moved back by its length: the last n units by n units, whole local days by as many, and any other range by its milliseconds. With includeCurrent it ends at the same local time.',
    },
    SAME_WEEKDAYS: { description: 'The range moved back by as many local weeks as it is long, begun ones included.' },
    PREVIOUS_YEAR: {
      description:
        'The range from and to the same local dates a year before; where it begins with 29 February, from 28 February. Days are put beside the same date: beside a 29 February there is nothing, and one of the year before counts in the totals alone. Hours are put beside each other by their number, also past a 29 February. With weeks in groupBy the range is moved back by 52 weeks instead, so that whole weeks stand beside whole weeks.',
    },
  },
})

export const EntryKindRef = builder.enumType('EntryKind', {
  description: 'How a user enters a cohort: by the first ever such event, which is then tested for range and filter. A refund is never an entry.',
  values: {
    INSTALL: { description: 'The first event named install.' },
    FIRST_EVENT: { description: 'The first event of the given name; without a name the first of any that is no touch.' },
    SIGN_UP: { description: 'The first event named sign_up.' },
    SEGMENT: {
      description:
        'The event by which the user joined the segment, as it is now or was when it was frozen: of a behaviour the event that made it often enough (within the last units: the first that was the n-th of them), of all the latest and of any the earliest of its parts. A segment that is not joined by events, such as by not doing something, is the issue SEGMENT_HAS_NO_JOIN.',
    },
  },
})

export const PeriodKindRef = builder.enumType('PeriodKind', {
  description: 'How periods are counted from the entry.',
  values: {
    ROLLING: { description: "From the user's own entry in multiples of 24 hours: a week is 7 days, a month 30, a quarter 90, a year 365." },
    CALENDAR: { description: "Local calendar units after the entry's own; period 0 is the rest of the unit of the entry." },
  },
})

export const RetentionKindRef = builder.enumType('RetentionKind', {
  description: 'When a member counts as retained.',
  values: { BOUNDED: { description: 'Active in the period.' }, UNBOUNDED: { description: 'Active in the period or any later one, as of asOf.' } },
})

export const DenominatorRef = builder.enumType('Denominator', {
  description: 'Whom quotients are of.',
  values: {
    ALL: { description: 'All members of the cohort.' },
    MATURE: { description: 'The members observed through the end of the period, above and below the line.' },
  },
})

export const FunnelOrderRef = builder.enumType('FunnelOrder', {
  description: 'How the steps of a funnel follow each other.',
  values: Object.fromEntries(Object.entries(funnelOrders).map(([name, description]) => [name, { description }])) as Record<
    FunnelOrder,
    { description: string }
  >,
})

export const PathNodeKindRef = builder.enumType('PathNodeKind', {
  description: 'What stands in a position of the graph of paths.',
  values: Object.fromEntries(pathNodeKinds.map((kind) => [kind, { description: pathNodeTexts[kind] }])) as Record<PathNodeKind, { description: string }>,
})

export const AttributionModelRef = builder.enumType('AttributionModel', {
  description: 'How the credit of a conversion is divided over its touchpoints.',
  values: Object.fromEntries(attributionModels.map(({ name, description }) => [name, { description }])) as Record<
    AttributionModelName,
    { description: string }
  >,
})

export const StreamPositionRef = builder.enumType('StreamPosition', {
  description: 'Where a stream is read from.',
  values: { BEGINNING: { description: 'The oldest entry that is kept.' }, END: { description: 'What comes from now on.' } },
})

export const CorrectionReasonRef = builder.enumType('CorrectionReason', {
  description: 'Why an entry of the log corrects another.',
  values: {
    REFUND: { description: 'Money was given back.' },
    ATTRIBUTION_CHANGED: { description: 'A touch came late that it is credited to: one entry takes the old one back, the next gives it to whom it belongs.' },
    FRAUD: { description: 'It was rejected.' },
  },
})

export const CacheStateRef = builder.enumType('CacheState', {
  description: 'Where an answer came from.',
  values: {
    HIT: { description: 'From the cache, and fresh.' },
    MISS: { description: 'Computed, and kept in the cache.' },
    STALE: { description: 'From the cache, while it is computed anew.' },
    BYPASS: { description: 'Computed; no cache was asked.' },
  },
})
