import { all, ALWAYS, eventIs, IS_ACTIVITY, IS_PURCHASE, IS_REFUND, KNOWN_USER, NO_TOUCH, not, type Condition } from './condition.ts'

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

/** The rows that make a member a payer in a period. */
export const PAYMENTS: Condition = all(KNOWN_USER, IS_PURCHASE)

/** What a number of a cohort tells of besides itself. */
const COHORT_PARTS: Readonly<Record<string, readonly string[]>> = {
  retention: ['users', 'size'],
  retentionInterval: ['retention', 'users', 'size'],
  cumulativeRevenue: ['revenue'],
  arpu: ['revenue', 'size'],
  ltv: ['cumulativeRevenue', 'revenue', 'size'],
  roas: ['cumulativeRevenue', 'revenue', 'cost'],
  // Of a cohort that is observed in full they are the same.
  matureUsers: ['size'],
}
export const cohortPartsOf = (field: string): readonly string[] => [field, ...(COHORT_PARTS[field] ?? [])]

/** What the schema never answers with null, of rows and periods. */
export const COHORT_NEVER_NULL: ReadonlySet<string> = new Set(['start', 'size', 'periods', 'index', 'from', 'to', 'users', 'matureUsers', 'isPartial'])

/** For the schema. */
export const cohortCost =
  'Advertising cost of the calendar days of the row that lie in the range, and of its group; 0 when none is stated. Costs have no event, app version, creative or property.'

export const cohortMean =
  'All cohorts of the question as one, also those beyond the limit: every quotient is of the sums over them, so it is the mean of theirs weighted by size. Under ALL a young cohort, not yet observed in late periods, still counts in their denominators and pulls them down; MATURE leaves it out. Null when the question is explained.'

/** The fields of a period of a cohort, for the schema and the catalogue. */
export const cohortFields = {
  index: "Which period, counted from the user's own entry; 0 is the one that begins with it. With brackets the place of the bracket in the question, 0 first.",
  from: 'The first period of the bracket; without brackets the index.',
  to: 'The last period of the bracket, included; without brackets the index.',
  users:
    "Distinct members active in the period, of a bracket in any of its periods (UNBOUNDED: in it or any later one). Activity is what the question's `activity` says; by default any event that is no install, refund or touch.",
  retention: 'Active members divided by members: by the size (ALL), or among the mature members only (MATURE); null without a denominator.',
  retentionInterval:
    'Between which shares the retention lies at this level, by the score interval of Wilson (1927), of the same members; null where the retention is.',
  payers: 'Distinct members with a purchase in the period that is no refund, whatever `activity` says.',
  purchases: 'Events named purchase of members in the period that are no refund, whatever `activity` says.',
  events: 'Rows of members in the period with this name, touches and refunds included; without a name the rows of the activity.',
  revenue: 'Net revenue of the members in the period: all their rows that are no touch, refunds included, whatever `activity` says.',
  cumulativeRevenue: 'Net revenue of the members from their entry to the end of the period.',
  arpu: 'Revenue of the period divided by members, rounded half up to 6 places; under MATURE both are of the mature members. Null without a denominator.',
  ltv: 'Cumulative revenue divided by members, rounded half up to 6 places; under MATURE both are of the mature members. Null without a denominator.',
  roas: "Cumulative revenue divided by the cost of the cohort's days and group, 1 when they are equal; null without cost. Under MATURE it is null while the cell is partial: what the mature members alone have cost is not known.",
  matureUsers: 'Members observed through the end of the period.',
  isPartial: 'Whether some members have not been observed through the end of the period yet.',
} as const
