import type { LiveSubscription, LiveSubscriptionVariables } from './generated/graphql.ts'
import { failureOfErrors, type Failure } from '../session/failure.ts'

export type LiveBatch = NonNullable<LiveSubscription['conversions']>
export type LiveEntry = LiveBatch['entries'][number]

/** connecting at first, live, reconnecting when it was lost, refused when trying again would not help. */
export type LiveStatus =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  | { readonly kind: 'reconnecting'; readonly attempt: number }
  | { readonly kind: 'refused'; readonly failure: Failure }

/** What one subscription says; `end` why it is over: null when the other side completed it. */
export type LiveSink = {
  /** The socket is open and the login was taken; nothing may follow for long. */
  readonly connected: () => void
  readonly next: (data: LiveSubscription, errors: readonly GraphQLProblem[]) => void
  readonly end: (reason: unknown) => void
}

/** One subscription over one socket. Answers how to end it; `end` may still be called then. */
export type Subscribe = (variables: LiveSubscriptionVariables, sink: LiveSink) => () => void

type GraphQLProblem = { readonly message: string; readonly extensions?: Readonly<Record<string, unknown>> }

export type LiveStreamOptions = {
  readonly subscribe: Subscribe
  /** Where to begin; later it goes on from its own cursor. */
  readonly start: Pick<LiveSubscriptionVariables, 'after' | 'from'>
  readonly where: LiveSubscriptionVariables['where']
  readonly onBatch: (batch: LiveBatch) => void
  readonly onStatus: (status: LiveStatus) => void
  /** Calls after a time; answers how to forget it. */
  readonly later: (call: () => void, ms: number) => () => void
}

const firstWaitMs = 500
const longestWaitMs = 10_000
const settledMs = 800

/** The waits between attempts: longer each time, up to ten seconds. */
export const waitMs = (attempt: number): number => Math.min(firstWaitMs * 2 ** (attempt - 1), longestWaitMs)

/** Closed by the server because of what the client is or says: the same again would end the same. A token that ran out is renewed, so that counts twice. */
const refusals: Readonly<Record<number, string>> = {
  4400: 'The server does not understand this page. Reload it.',
  4401: 'Your login has ended. Log in again.',
  4403: 'This login may not see the conversions of this tenant.',
  4406: 'The server does not speak the protocol of this page. Reload it.',
}

/**
 * The conversions from a place in the log on. A lost connection is taken up again behind the last batch that came, so that nothing is missed and nothing
 * comes twice. `stop` answers where it stood: null before anything came.
 */
export function openLiveStream({ subscribe, start, where, onBatch, onStatus, later }: LiveStreamOptions): { readonly stop: () => string | null } {
  let cursor: string | null = null
  let attempt = 0
  let release = (): void => undefined

  function connect(): void {
    let isOver = false
    let forget = (): void => undefined
    const close = subscribe(
      { ...(cursor === null ? start : { after: cursor }), where },
      {
        // A refusal comes at once; a quiet stream says nothing at all.
        connected: () => (forget = later(() => !isOver && onStatus({ kind: 'live' }), settledMs)),
        next: ({ conversions }, errors) => {
          if (isOver) return
          // An error about a name leaves the batch; one about the field itself leaves nothing.
          if (conversions === null) return over(errors)
          cursor = conversions.cursor
          attempt = 0
          onStatus({ kind: 'live' })
          onBatch(conversions)
        },
        end: (reason) => over(reason),
      },
    )
    release = () => {
      isOver = true
      forget()
      close()
    }
    function over(reason: unknown): void {
      if (isOver) return
      release()
      const failure = refusalOf(reason, attempt)
      if (failure !== null) return onStatus({ kind: 'refused', failure })
      attempt += 1
      onStatus({ kind: 'reconnecting', attempt })
      release = later(connect, waitMs(attempt))
    }
  }

  onStatus({ kind: 'connecting' })
  connect()
  return {
    stop: () => {
      release()
      return cursor
    },
  }
}

/** null when another attempt may help. */
function refusalOf(reason: unknown, attempts: number): Failure | null {
  if (Array.isArray(reason)) {
    const failure = failureOfErrors(reason.filter(isProblem))
    return failure === null || failure.kind === 'unavailable' ? null : failure
  }
  const code = typeof reason === 'object' && reason !== null && 'code' in reason && typeof reason.code === 'number' ? reason.code : 0
  const message = refusals[code]
  if (message === undefined || (code === 4401 && attempts === 0)) return null
  return { kind: 'forbidden', message }
}

const isProblem = (value: unknown): value is GraphQLProblem =>
  typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string'
