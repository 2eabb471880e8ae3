import { all, ALWAYS, eventIs, IS_ACTIVITY, IS_REFUND, NO_TOUCH, not, type Condition } from './condition.ts'

/** The event of the kinds of entry that have a fixed one. */
export const entryEvents = { INSTALL: 'install', SIGN_UP: 'sign_up' } as const

/** The rows that can be an entry; a refund never is. Any event means any that is no touch. */
export function entryCondition(event: string | null): Condition {
  return all(not(IS_REFUND), event === null ? NO_TOUCH : eventIs(event))
}

/** The rows that make a member active in a period. */
export const activityCondition = (event: string | null, where: Condition): Condition => all(IS_ACTIVITY, event === null ? ALWAYS : eventIs(event), where)

/** The rows whose money a period sums, whatever its activity is: refunds too, touches not. */
export const REVENUE_ROWS: Condition = NO_TOUCH

/** What a number of a cohort tells of besides itself. */
const COHORT_PARTS: Readonly<Record<string, readonly string[]>> = {
  retention: ['users', 'size'],
  cumulativeRevenue: ['revenue'],
  arpu: ['revenue', 'size'],
  ltv: ['cumulativeRevenue', 'revenue', 'size'],
  roas: ['cumulativeRevenue', 'revenue', 'cost'],
  // Of a cohort that is observed in full they are the same.
  matureUsers: ['size'],
}
export const cohortPartsOf = (field: string): readonly string[] => [field, ...(COHORT_PARTS[field] ?? [])]

/** What the schema never answers with null, of rows and periods. */
export const COHORT_NEVER_NULL: ReadonlySet<string> = new Set(['start', 'size', 'periods', 'index', 'users', 'matureUsers', 'isPartial'])

/** For the schema. */
export const cohortCost =
  'Advertising cost of the calendar days of the row that lie in the range, and of its group; 0 when none is stated. Costs have no event, app version, creative or property.'

/** The fields of a period of a cohort, for the schema and the catalogue. */
export const cohortFields = {
  index: "Which period, counted from the user's own entry; 0 is the one that begins with it.",
  users:
    "Distinct members active in the period (UNBOUNDED: in it or any later one). Activity is what the question's `activity` says; by default any event that is no install, refund or touch.",
  retention: 'Active members divided by members: by the size (ALL), or among the mature members only (MATURE); null without a denominator.',
  events: 'Rows of members in the period with this name, touches and refunds included; without a name the rows of the activity.',
  revenue: 'Net revenue of the members in the period: all their rows that are no touch, refunds included, whatever `activity` says.',
  cumulativeRevenue: 'Net revenue of the members from their entry to the end of the period.',
  arpu: 'Revenue of the period divided by members, rounded half up to 6 places; under MATURE both are of the mature members. Null without a denominator.',
  ltv: 'Cumulative revenue divided by members, rounded half up to 6 places; under MATURE both are of the mature members. Null without a denominator.',
  roas: "Cumulative revenue divided by the cost of the cohort's days and group, 1 when they are equal; null without cost. Under MATURE it is null while the cell is partial: what the mature members alone have cost is not known.",
  matureUsers: 'Members observed through the end of the period.',
  isPartial: 'Whether some members have not been observed through the end of the period yet.',
} as const
