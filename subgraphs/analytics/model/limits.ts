/** The named limits of one question. Beyond one the answer is an issue that says the limit; nothing is silently cut. */
export const limits = {
  rangeDays: 3_660,
  rows: 50_000,
  cohortRows: 10_000,
  groups: 8,
  measures: 100,
  orderings: 8,
  periods: 400,
  propertyNameLength: 200,
  filterValues: 1_000,
  filterConditions: 200,
  filterDepth: 12,
  /** Of all texts of one question together: they travel in the URL of the statement. */
  textLength: 200_000,
  /** Buckets are days of ClickHouse's Date and hours of its DateTime. */
  earliestMs: Date.UTC(1970, 0, 2),
  latestMs: Date.UTC(2105, 11, 31),
} as const
