import { defineErrors, type ErrorTable } from '#ops/service/errors.ts'

type AnalyticsErrorParams = {
  TOO_BUSY: Record<never, never>
  QUERY_TOO_LARGE: { limit: string }
  PATHS_TOO_LONG: { maxPairs: number }
  TOO_MANY_TRANSITIONS: { maxTransitions: number }
  CHAIN_TOO_LARGE: Record<never, never>
  STORE_UNAVAILABLE: Record<never, never>
  CANCELLED: Record<never, never>
}

/** What can go wrong while a question is answered, other than the question itself. */
export const analyticsErrors: ErrorTable<AnalyticsErrorParams> = {
  TOO_BUSY: {
    status: 503,
    description: 'As many questions are being answered and waiting as there is room for.',
    message: () => 'Too many questions are waiting already. Try again in a moment.',
  },
  QUERY_TOO_LARGE: {
    status: 422,
    description: 'The question needs more time, memory or rows than one may use.',
    message: ({ limit }) => `The question needs more ${limit} than one question may use. Narrow its range or lookback, filter it or group it by less.`,
  },
  PATHS_TOO_LONG: {
    status: 422,
    description: 'One user has more touchpoints and conversions than credit can be divided over.',
    message: ({ maxPairs }) =>
      `One user's paths are too long: at most ${maxPairs} touchpoints times conversions of one user are answered. Shorten the lookback or the range, or leave the user out with conversion.where.`,
  },
  TOO_MANY_TRANSITIONS: {
    status: 422,
    description: 'The paths of MARKOV or SHAPLEY differ in more ways than are counted for one question.',
    message: ({ maxTransitions }) =>
      `The paths have more than ${maxTransitions} different steps between groups. Ask for a lower order of MARKOV, group by less, leave intervals out, or narrow the range.`,
  },
  CHAIN_TOO_LARGE: {
    status: 422,
    description: 'The removal effects of MARKOV need more steps than one question may use.',
    message: () =>
      'The Markov chain of the paths is too large for one question. Ask for a lower order, group by less, leave intervals out, or narrow the range.',
  },
  STORE_UNAVAILABLE: { status: 503, description: 'The store of events does not answer.', message: () => 'The store of events does not answer at the moment.' },
  CANCELLED: { status: 499, description: 'The client went away before the answer was there.', message: () => 'The question was cancelled.' },
}

/** `throw failure('TOO_BUSY', {})` */
export const failure = defineErrors<AnalyticsErrorParams>(analyticsErrors)
