import { writeConversion } from '#db/conversions/conversionFields.ts'
import { createPositionSealer } from '#db/conversions/positionSealer.ts'
import type { AttemptResult, Taken } from '#db/webhooks/attempts.ts'
import type { Destination } from '#db/webhooks/takeTurn.ts'
import type { Places } from './places.ts'
import type { PostAnswer, Poster } from './post.ts'
import { signatureOf } from './signature.ts'

export type DeliverOptions = {
  readonly poster: Poster
  /** Of all requests of this process. */
  readonly places: Places
  /** As the poster's. */
  readonly timeoutMs: number
  /** Seals cursors. */
  readonly cursorKey: string
  readonly isStopping: () => boolean
  readonly now: () => Date
}
/** Sends one and says how it ended; never throws. */
export type Deliver = (tenantId: string, destination: Destination, taken: Taken) => Promise<AttemptResult>

const USER_AGENT = 'UnMoGrowP-Webhooks/1'
const ERROR_LENGTH = 500
const GONE = 410

export function createDeliver({ poster, places, timeoutMs, cursorKey, isStopping, now }: DeliverOptions): Deliver {
  return async (tenantId, destination, taken) => {
    const { id, attempt, leasedUntilMs } = taken
    const giveBack = await places.take()
    try {
      // It waited so long that another worker may have it before an answer comes.
      if (isStopping() || now().getTime() + timeoutMs > leasedUntilMs) return { kind: 'released', id, attempt }
      const requestedAt = now()
      const startedMs = performance.now()
      const answer = await poster.post({ url: destination.url, ...requestOf({ tenantId, destination, taken, at: requestedAt, cursorKey }) })
      return { id, attempt, requestedAt, durationMs: Math.round(performance.now() - startedMs), ...judge(answer) }
    } finally {
      giveBack()
    }
  }
}

function judge(answer: PostAnswer) {
  if (answer.kind === 'failed') return { kind: 'failed', statusCode: null, error: answer.error.slice(0, ERROR_LENGTH), response: null } as const
  const { statusCode, text: response } = answer
  if (statusCode >= 200 && statusCode < 300) return { kind: 'delivered', statusCode, error: null, response } as const
  return { kind: statusCode === GONE ? 'gone' : 'failed', statusCode, error: `The endpoint answered ${statusCode}.`, response } as const
}

type Asked = { readonly tenantId: string; readonly destination: Destination; readonly taken: Taken; readonly at: Date; readonly cursorKey: string }

/** A webhook sees what a key of the kind api sees: all of the tenant's entries with their numbers, and no ids of users. */
function requestOf({ tenantId, destination: { question, secrets }, taken: { id, entry }, at, cursorKey }: Asked) {
  const cursors = createPositionSealer(cursorKey, { tenantId, question })
  const body = writeConversion({ entry, sight: { cursors, seesSequence: true, sees: () => true, tellUser: () => null } })
  const headers = {
    'content-type': 'application/json',
    'user-agent': USER_AGENT,
    'idempotency-key': entry.id,
    'umg-delivery': id,
    'umg-signature': signatureOf(secrets, { body, at }),
  }
  return { body, headers }
}
