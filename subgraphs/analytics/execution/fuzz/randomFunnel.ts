import * as fc from 'fast-check'
import { randomFilter } from './randomFilter.ts'

/** A question for `funnel` without its times and groups, with the fields of its steps. */
export type RandomFunnel = { readonly fields: readonly string[]; readonly input: Record<string, unknown> }

const counts = ['index', 'event', 'users', 'dropOff', 'conversion', 'conversionFromPrevious']
const fields = [...counts, 'medianSeconds', 'p90Seconds', 'medianSecondsFromFirst']
const DAY_SECONDS = 86_400

/** Few names, so that steps are met, also the same one in several places. */
const stepEvent = fc.constantFrom(
  'session',
  'session',
  'session',
  'purchase',
  'purchase',
  'install',
  'sign_up',
  'click',
  'impression',
  'refund',
  "level '100%_up'\\",
  'never',
)

/** Whole days and hours and a second, as the rows lie apart; and windows that take in all. */
const windowSeconds = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 45 }).map((days) => days * DAY_SECONDS) },
  { weight: 2, arbitrary: fc.constantFrom(1, 3_600, 3_601, DAY_SECONDS - 1, 7 * DAY_SECONDS) },
  { weight: 2, arbitrary: fc.constant(365 * DAY_SECONDS) },
)

export function randomFunnel(): fc.Arbitrary<RandomFunnel> {
  const where = fc.option(randomFilter(1), { nil: null, freq: 3 })
  const step = fc.record(
    { event: stepEvent, where: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: where }) },
    { requiredKeys: ['event'] },
  )
  const steps = fc.oneof(
    { weight: 5, arbitrary: fc.array(step, { minLength: 2, maxLength: 4 }) },
    { weight: 1, arbitrary: fc.array(step, { minLength: 5, maxLength: 8 }) },
    { weight: 1, arbitrary: fc.tuple(step, fc.integer({ min: 2, max: 4 })).map(([same, times]) => Array.from({ length: times }, () => same)) },
  )
  const rest = {
    order: fc.constantFrom('ORDERED', 'ORDERED', 'STRICT', 'UNORDERED', 'UNORDERED'),
    windowSeconds,
    exclude: fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.array(step, { maxLength: 2 }) }),
    where,
    limit: fc.oneof({ weight: 5, arbitrary: fc.constant(1000) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 4 }) }),
  }
  return fc.record({
    // Without times another statement is asked.
    fields: fc.constantFrom(counts, fields, fields).chain((some) => fc.uniqueArray(fc.constantFrom(...some), { minLength: 1 })),
    input: fc.tuple(steps.filter(isAllowed), fc.record(rest, { requiredKeys: [] })).map(([asked, given]) => ({ steps: asked, ...given })),
  })
}

/** UNORDERED takes no more than four different steps of one event. */
function isAllowed(steps: readonly { readonly event: string }[]): boolean {
  return steps.every(({ event }) => steps.filter((other) => other.event === event).length <= 4)
}
