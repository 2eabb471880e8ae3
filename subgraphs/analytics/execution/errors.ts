import { defineErrors, type ErrorTable } from '#ops/service/errors.ts'

/** What of one question is bounded. */
export type Budget = 'seconds' | 'memoryBytes' | 'rowsRead' | 'resultRows'

type AnalyticsErrorParams = {
  TOO_BUSY: { of: 'tenant'; running: number; waiting: number } | { of: 'minute'; seconds: number; againSeconds: number } | { of: 'all' } | { of: 'store' }
  QUERY_TOO_LARGE: { budget: Budget; most: number }
  PATHS_TOO_LONG: { maxPairs: number }
  TOO_MANY_TRANSITIONS: { maxTransitions: number }
  CHAIN_TOO_LARGE: Record<never, never>
  STORE_UNAVAILABLE: Record<never, never>
  CANCELLED: Record<never, never>
}

const overBudgetText: Readonly<Record<Budget, (most: string) => string>> = {
  seconds: (most) =>
    `The question was not answered within ${most} seconds, the most that one may take. Ask about a shorter range or lookback, with a filter, or for fewer measures at once.`,
  memoryBytes: (most) =>
    `The question needs more than ${most} bytes of memory, the most that one may use. Group it by fewer dimensions, or by a coarser time; a shorter range and a filter help too.`,
  rowsRead: (most) =>
    `The question would read more than ${most} stored events, the most that one may. Ask about a shorter range or lookback, or with fewer periods or comparisons.`,
  resultRows: (most) =>
    `The answer has more than ${most} rows before it is cut, the most that one may have. Group it by fewer dimensions or by a coarser time, or filter it.`,
}

/** What can go wrong while a question is answered, other than the question itself. */
export const analyticsErrors: ErrorTable<AnalyticsErrorParams> = {
  TOO_BUSY: {
    status: 503,
    description: 'As many questions are being answered and waiting as there is room for, of this tenant or of all.',
    message: (params) => {
      if (params.of === 'tenant')
        return `${params.running} of your questions are being answered and ${params.waiting} wait, which is as many as one tenant may have. Ask again when some are answered.`
      if (params.of === 'minute')
        return `Your questions have run for the ${params.seconds} seconds that one tenant's may within a minute. Ask again in ${params.againSeconds} seconds, or about less at once.`
      return params.of === 'all'
        ? 'Too many questions of all tenants are waiting already. Try again in a moment.'
        : 'The store of events has no room for another question at the moment. Try again in a moment.'
    },
  },
  QUERY_TOO_LARGE: {
    status: 422,
    description: 'The question needs more time, memory or rows than one may use.',
    message: ({ budget, most }) => overBudgetText[budget](most.toLocaleString('en')),
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
