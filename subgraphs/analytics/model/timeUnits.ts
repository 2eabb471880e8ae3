/** The grains of time, finest first. */
export const timeUnits = ['HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'] as const
export type TimeUnit = (typeof timeUnits)[number]

const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS

/**
 * How long a rolling period is, whatever the local clock does: multiples of 24 hours. A month is 30 days (DEFINITIONS.md, section 4), a quarter
 * three of them, a year 365 days.
 */
export const rollingMs: Readonly<Record<TimeUnit, number>> = {
  HOUR: HOUR_MS,
  DAY: DAY_MS,
  WEEK: 7 * DAY_MS,
  MONTH: 30 * DAY_MS,
  QUARTER: 90 * DAY_MS,
  YEAR: 365 * DAY_MS,
}
