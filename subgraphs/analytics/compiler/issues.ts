import { defineIssues, type IssueTable } from '#ops/service/issues.ts'
import { creditIssues, type CreditIssueParams } from './creditIssues.ts'
import { groupIssueTable, type GroupIssueParams } from './groupIssues.ts'
import { pathIssues, type PathIssueParams } from './pathIssues.ts'
import { segmentIssues, type SegmentIssueParams } from './segmentIssues.ts'
import { userIssueTable, type UserIssueParams } from './userIssues.ts'

type Near = { readonly didYouMean: readonly string[] }

export type IssueParams = CreditIssueParams &
  GroupIssueParams &
  PathIssueParams &
  SegmentIssueParams &
  UserIssueParams & {
    NOT_AVAILABLE: { what: string }
    UNKNOWN_MEASURE: { name: string } & Near
    UNKNOWN_ALIAS: { name: string } & Near
    UNKNOWN_TIME_ZONE: { name: string } & Near
    MEASURE_NEEDS_ALIAS: { name: string }
    NOT_ORDERABLE: { name: string }
    ORDER_BY_NOT_ONE: { members: readonly string[] }
    GROUP_BY_NOT_ONE: { members: readonly string[] }
    GROUP_BY_REPEATED: { name: string }
    TIME_NOT_GROUPABLE: { unit: string }
    DIMENSION_NOT_AVAILABLE: { measure: string; name: string; available: readonly string[]; hint: string }
    COST_NEEDS_WHOLE_DAYS: { measure: string; what: string }
    DIMENSION_NOT_GROUPED: { name: string; groupedBy: readonly string[] } & Near
    FIELD_MASKED: { name: string }
    RANGE_NOT_ONE: Record<never, never>
    RANGE_INCOMPLETE: { missing: string }
    RANGE_NOT_FORWARD: { start: string; end: string }
    RANGE_NOT_POSITIVE: { last: number }
    RANGE_TOO_LONG: { days: number; maxDays: number }
    RANGE_OUT_OF_BOUNDS: { what: string; earliest: string; latest: string }
    LIMIT_TOO_SMALL: { limit: number }
    LIMIT_TOO_LARGE: { limit: number; maxLimit: number }
    TOO_MANY_GROUPS: { groups: number; maxGroups: number }
    TOO_MANY_MEASURES: { measures: number; maxMeasures: number }
    TOO_MANY_ORDERINGS: { orderings: number; maxOrderings: number }
    TOO_FEW_PERIODS: { periods: number }
    TOO_MANY_PERIODS: { periods: number; maxPeriods: number }
    TOO_MANY_CELLS: { limit: number; periods: number; maxCells: number }
    BRACKETS_EMPTY: Record<never, never>
    TOO_MANY_BRACKETS: { brackets: number; maxBrackets: number }
    BRACKET_BEFORE_ENTRY: { from: number }
    BRACKET_NOT_FORWARD: { from: number; to: number }
    BRACKET_BEYOND_PERIODS: { to: number; periods: number }
    PROPERTY_NAME_EMPTY: Record<never, never>
    PROPERTY_NAME_TOO_LONG: { length: number; maxLength: number }
    TOO_MANY_VALUES: { values: number; maxValues: number }
    FILTER_TOO_LARGE: { maxConditions: number; maxDepth: number }
    TOO_MUCH_TEXT: { bytes: number; maxBytes: number }
    NOT_A_NUMBER: { value: number }
    EVENT_NAME_EMPTY: Record<never, never>
    EVENT_NAME_TOO_LONG: { length: number; maxLength: number }
    ID_TOO_LONG: { length: number; maxLength: number }
    INVALID_TEXT: Record<never, never>
    START_NOT_ONE: { members: readonly string[] }
    START_IN_FUTURE: { at: string }
    ENTRY_EVENT_FIXED: { kind: string; event: string }
    NOT_OF_A_TOUCH: { name: string; available: readonly string[] }
    HALF_LIFE_NOT_POSITIVE: { halfLifeDays: number }
    TOO_MANY_HALF_LIVES: { halfLives: number; maxHalfLives: number }
    MEASURE_HAS_ARGUMENTS: { name: string }
    MEASURE_NOT_ADDITIVE: { name: string }
    MEASURE_NEEDS_TIME: { name: string }
    TOP_NEEDS_GROUP: Record<never, never>
    TOP_OUT_OF_BOUNDS: { count: number; maxCount: number }
    TOO_MANY_BUCKETS: { buckets: number; maxBuckets: number }
    TIME_TOO_FINE: { name: string; unit: string }
    DAYS_OUT_OF_BOUNDS: { days: number; maxDays: number }
    LEVEL_OUT_OF_BOUNDS: { level: number }
    ARGUMENT_OF_ANOTHER_MODEL: { argument: string; model: string; takenBy: string }
  }

const list = (names: readonly string[]): string => (names.length === 0 ? 'nothing' : names.map((name) => `"${name}"`).join(', '))

/** What a caller of an analysis can do wrong. Codes are API: add, never rename. */
export const issueTable: IssueTable<IssueParams> = {
  ...pathIssues,
  NOT_AVAILABLE: { description: 'A part of the schema that is not built yet.', message: ({ what }) => `${what} is not available yet.` },
  UNKNOWN_MEASURE: { description: 'No measure has this name.', message: ({ name }) => `There is no measure "${name}".` },
  UNKNOWN_ALIAS: {
    description: 'The selection of rows has no such response key.',
    message: ({ name }) => `Nothing in the selection of rows is called "${name}".`,
  },
  UNKNOWN_TIME_ZONE: {
    description: 'Not a time zone of the IANA database.',
    message: ({ name }) => `"${name}" is not an IANA time zone, such as Europe/Berlin.`,
  },
  MEASURE_NEEDS_ALIAS: {
    description: 'A measure with arguments is ordered by through the response key of its selection.',
    message: ({ name }) => `"${name}" needs arguments: select it and order by its alias.`,
  },
  NOT_ORDERABLE: { description: 'This field has no order.', message: ({ name }) => `Rows cannot be ordered by "${name}".` },
  ORDER_BY_NOT_ONE: {
    description: 'Exactly one of measure, dimension and alias is needed.',
    message: ({ members }) => `Give exactly one of measure, dimension and alias; given is ${list(members)}.`,
  },
  GROUP_BY_NOT_ONE: {
    description: 'Exactly one of time, dimension, property and segment is needed.',
    message: ({ members }) => `Give exactly one of time, dimension, property and segment; given is ${list(members)}.`,
  },
  GROUP_BY_REPEATED: { description: 'The same thing is grouped by twice.', message: ({ name }) => `"${name}" is grouped by twice.` },
  TIME_NOT_GROUPABLE: {
    description: 'Metrics and funnels are grouped by time; cohorts are cut in time by their grain, and credit is not cut.',
    message: ({ unit }) => `These rows are not grouped by time; cohorts have grain: ${unit}, and metrics are grouped by it.`,
  },
  DIMENSION_NOT_AVAILABLE: {
    description: 'A number is asked for by something that its rows do not have: costs know no event, version, creative or property.',
    message: ({ measure, name, available, hint }) =>
      hint === ''
        ? `"${measure}" is not known by "${name}"; it is known by ${list(available)}.`
        : `"${measure}" cannot be filtered by the conversion's "${name}", only by ${list(available)}; ${hint}.`,
  },
  COST_NEEDS_WHOLE_DAYS: {
    description: 'A number that needs costs is asked for over parts of days. Costs are kept by calendar day.',
    message: ({ measure, what }) => `"${measure}" is known by whole local days, and ${what}.`,
  },
  DIMENSION_NOT_GROUPED: {
    description: 'A dimension is selected or ordered by that is not in groupBy.',
    message: ({ name, groupedBy }) => `"${name}" is not in groupBy; grouped by is ${list(groupedBy)}.`,
  },
  FIELD_MASKED: {
    description: 'The key sees this field as null: rows cannot be grouped, filtered or ordered by it, and a field that is never null cannot be selected.',
    message: ({ name }) => `This key may not see "${name}".`,
  },
  RANGE_NOT_ONE: { description: 'A range is either start and end, or last and unit.', message: () => 'Give either start and end, or last and unit, not both.' },
  RANGE_INCOMPLETE: { description: 'Half of a range is missing.', message: ({ missing }) => `The range needs ${missing}.` },
  RANGE_NOT_FORWARD: {
    description: 'The range ends at or before its start.',
    message: ({ start, end }) => `The range ends at ${end}, which is not after its start ${start}.`,
  },
  RANGE_NOT_POSITIVE: { description: 'last must be at least 1.', message: ({ last }) => `last is ${last}; at least 1 unit can be asked for.` },
  RANGE_TOO_LONG: {
    description: 'The range is longer than can be asked for at once.',
    message: ({ days, maxDays }) => `The range covers ${days} days; at most ${maxDays} can be asked for at once.`,
  },
  RANGE_OUT_OF_BOUNDS: {
    description: 'The range, or the one that it is compared with, leaves the years that are kept.',
    message: ({ what, earliest, latest }) => `${what} must lie between ${earliest} and ${latest}.`,
  },
  LIMIT_TOO_SMALL: { description: 'limit must be at least 1.', message: ({ limit }) => `limit is ${limit}; at least 1 row can be asked for.` },
  LIMIT_TOO_LARGE: {
    description: 'limit is over the ceiling.',
    message: ({ limit, maxLimit }) => `limit is ${limit}; at most ${maxLimit} rows can be asked for at once.`,
  },
  TOO_MANY_GROUPS: {
    description: 'groupBy has too many members.',
    message: ({ groups, maxGroups }) => `groupBy has ${groups} members; at most ${maxGroups} can be asked for at once.`,
  },
  TOO_MANY_MEASURES: {
    description: 'Too many different measures are selected.',
    message: ({ measures, maxMeasures }) => `${measures} different measures are asked for; at most ${maxMeasures} can be asked for at once.`,
  },
  TOO_MANY_ORDERINGS: {
    description: 'orderBy has too many members.',
    message: ({ orderings, maxOrderings }) => `orderBy has ${orderings} members; at most ${maxOrderings} can be given.`,
  },
  TOO_FEW_PERIODS: { description: 'periods must be at least 1.', message: ({ periods }) => `periods is ${periods}; at least 1 period can be asked for.` },
  TOO_MANY_PERIODS: {
    description: 'periods is over the ceiling.',
    message: ({ periods, maxPeriods }) => `periods is ${periods}; at most ${maxPeriods} can be asked for at once.`,
  },
  TOO_MANY_CELLS: {
    description: 'limit times periods, or brackets, is over the ceiling.',
    message: ({ limit, periods, maxCells }) =>
      `limit ${limit} times periods ${periods} is ${limit * periods} cells; at most ${maxCells} can be asked for at once.`,
  },
  BRACKETS_EMPTY: {
    description: 'brackets is a list of none.',
    message: () => 'brackets is empty; leave it out to see each period on its own.',
  },
  TOO_MANY_BRACKETS: {
    description: 'There are more brackets than allowed.',
    message: ({ brackets, maxBrackets }) => `There are ${brackets} brackets; at most ${maxBrackets} can be asked for at once.`,
  },
  BRACKET_BEFORE_ENTRY: {
    description: 'A bracket begins before period 0, the one that begins with the entry.',
    message: ({ from }) => `from is ${from}; the first period is 0.`,
  },
  BRACKET_NOT_FORWARD: {
    description: 'A bracket ends before it begins.',
    message: ({ from, to }) => `The bracket ends with period ${to}, before it begins with ${from}; both are included, so to is at least from.`,
  },
  BRACKET_BEYOND_PERIODS: {
    description: 'A bracket ends after the last period that is counted.',
    message: ({ to, periods }) => `to is ${to}, but periods is ${periods}: they are counted from 0 to ${periods - 1}.`,
  },
  PROPERTY_NAME_EMPTY: { description: 'The name of a property is empty.', message: () => 'The name of a property cannot be empty.' },
  PROPERTY_NAME_TOO_LONG: {
    description: 'The name of a property is longer than any that is kept.',
    message: ({ length, maxLength }) => `The name of the property has ${length} characters; at most ${maxLength} are allowed.`,
  },
  TOO_MANY_VALUES: {
    description: 'A list in a filter is too long.',
    message: ({ values, maxValues }) => `The list has ${values} values; at most ${maxValues} can be given.`,
  },
  FILTER_TOO_LARGE: {
    description:
      'A filter has too many conditions or is nested too deep. Each naming of a segment counts as 20 conditions and twice the rules and conditions of its definition.',
    message: ({ maxConditions, maxDepth }) => `The filter is too large; at most ${maxConditions} conditions, ${maxDepth} deep, can be given.`,
  },
  TOO_MUCH_TEXT: {
    description: 'The texts of a question are too long together.',
    message: ({ bytes, maxBytes }) => `The texts of the question take ${bytes} bytes together; at most ${maxBytes} are allowed.`,
  },
  NOT_A_NUMBER: { description: 'A comparison needs a finite number.', message: ({ value }) => `${value} cannot be compared with.` },
  EVENT_NAME_EMPTY: { description: 'The name of an event is empty.', message: () => 'The name of an event cannot be empty.' },
  EVENT_NAME_TOO_LONG: {
    description: 'The name of an event is longer than any that is kept.',
    message: ({ length, maxLength }) => `The name of the event has ${length} characters; at most ${maxLength} are allowed.`,
  },
  ID_TOO_LONG: {
    description: 'An id is longer than any that is kept.',
    message: ({ length, maxLength }) => `The id has ${length} characters; at most ${maxLength} are allowed.`,
  },
  INVALID_TEXT: {
    description: 'A text holds a character that cannot be stored, such as half of a surrogate pair.',
    message: () => 'The text holds a character that cannot be stored.',
  },
  START_NOT_ONE: {
    description: 'A stream begins at one place: after a cursor, where it is said, or where its group is.',
    message: ({ members }) => `Give at most one of after, from and a group that has begun already; given is ${list(members)}.`,
  },
  START_IN_FUTURE: { description: 'A stream cannot begin later than now.', message: ({ at }) => `${at} is still to come; begin at the END to wait for it.` },
  ENTRY_EVENT_FIXED: {
    description: 'Only FIRST_EVENT takes the name of an event.',
    message: ({ kind, event }) => `An entry of kind ${kind} takes no event; "${event}" is given. Use kind: FIRST_EVENT.`,
  },
  NOT_OF_A_TOUCH: {
    description: 'Credit is grouped by what a touchpoint has, which this is not.',
    message: ({ name, available }) => `Credit cannot be grouped by "${name}", which touchpoints do not have; they have ${list(available)}.`,
  },
  HALF_LIFE_NOT_POSITIVE: {
    description: 'halfLifeDays must be more than 0.',
    message: ({ halfLifeDays }) => `halfLifeDays is ${halfLifeDays}; it must be more than 0.`,
  },
  TOO_MANY_HALF_LIVES: {
    description: 'Too many different half-lives are asked for.',
    message: ({ halfLives, maxHalfLives }) => `${halfLives} different half-lives are asked for; at most ${maxHalfLives} can be asked for at once.`,
  },
  MEASURE_HAS_ARGUMENTS: {
    description: 'A measure that needs arguments is named where only a name can stand.',
    message: ({ name }) => `"${name}" needs arguments and cannot be named here.`,
  },
  MEASURE_NOT_ADDITIVE: {
    description: 'A running total is asked for of a measure that cannot be added up, such as distinct users or a ratio.',
    message: ({ name }) => `"${name}" cannot be added up; only counts and sums of money can.`,
  },
  TOP_NEEDS_GROUP: { description: 'The best groups are asked for without a group besides time.', message: () => 'top needs a group besides time.' },
  TOP_OUT_OF_BOUNDS: {
    description: 'The number of the best groups is too small or too large.',
    message: ({ count, maxCount }) => `count is ${count}; 1 to ${maxCount} can be asked for.`,
  },
  TOO_MANY_BUCKETS: {
    description: 'Gaps are to be filled with more buckets of time than are made at once.',
    message: ({ buckets, maxBuckets }) => `The range has ${buckets} buckets of time; gaps are filled with at most ${maxBuckets}.`,
  },
  MEASURE_NEEDS_TIME: {
    description: 'A measure that goes along time is asked for without a group of time.',
    message: ({ name }) => `"${name}" needs a group of time.`,
  },
  TIME_TOO_FINE: {
    description: 'A measure that counts whole days is asked for by hours.',
    message: ({ name, unit }) => `"${name}" counts whole days and cannot be asked for by ${unit}.`,
  },
  DAYS_OUT_OF_BOUNDS: {
    description: 'A number of days is too small or too large.',
    message: ({ days, maxDays }) => `days is ${days}; 1 to ${maxDays} can be asked for.`,
  },
  LEVEL_OUT_OF_BOUNDS: { description: 'The level of a quantile is not between 0 and 1.', message: ({ level }) => `level is ${level}; it must be from 0 to 1.` },
  ARGUMENT_OF_ANOTHER_MODEL: {
    description: 'An argument is given to a model that does not take it.',
    message: ({ argument, model, takenBy }) => `${model} takes no ${argument}; only ${takenBy} does.`,
  },
  ...creditIssues,
  ...groupIssueTable,
  ...segmentIssues,
  ...userIssueTable,
}

/** `issue('RANGE_TOO_LONG', ['range'], { days: 9000, maxDays: 3660 })` */
export const issue = defineIssues<IssueParams>(issueTable)
