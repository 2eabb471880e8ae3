import { defineErrors, type ErrorTable } from '#ops/service/errors.ts'

type AnalyticsErrorParams = {
  TOO_BUSY: Record<never, never>
  QUERY_TOO_LARGE: { limit: string }
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
    message: ({ limit }) => `The question needs more ${limit} than one question may use. Narrow its range, filter it or group it by less.`,
  },
  STORE_UNAVAILABLE: { status: 503, description: 'The store of events does not answer.', message: () => 'The store of events does not answer at the moment.' },
  CANCELLED: { status: 499, description: 'The client went away before the answer was there.', message: () => 'The question was cancelled.' },
}

/** `throw failure('TOO_BUSY', {})` */
export const failure = defineErrors<AnalyticsErrorParams>(analyticsErrors)
