import { commitIngest } from '#db/ingest/commitIngest.ts'
import { findRates } from '#db/ingest/exchangeRates.ts'
import { isTenantMoving } from '#db/moving/tenantMoving.ts'
import type { Vault } from '#db/crypto/vault.ts'
import type { Pool } from '#db/pool.ts'
import type { CollectorConfig } from '#ops/config.ts'
import { inSpan } from '#ops/telemetry.ts'
import type { Ticket } from './admission.ts'
import { createRequestScope } from './checkEvent.ts'
import { checkRequest, type AnsweredRejection } from './checkRequest.ts'
import { createCommitQueue } from './commitQueue.ts'
import { unzip, type BodyForm } from './decodeBody.ts'
import { createEventQuota } from './eventQuota.ts'
import { createNotifier } from './notifier.ts'
import { createRateCache } from './rates.ts'
import { readEvents } from './readEvents.ts'
import { isPostgresUnavailable } from '#ops/service/postgresErrors.ts'
import { RequestError, tenantMoving, unavailable } from './requestError.ts'
import type { KeyScope } from './scope.ts'

/** The answer to POST /v1/events. */
export type EventsAnswer = { readonly accepted: number; readonly duplicates: number; readonly rejected: readonly AnsweredRejection[] }

/** A request that was let in, with its whole body. */
export type AdmittedBody = { readonly scope: KeyScope; readonly form: BodyForm; readonly ticket: Ticket; readonly body: Buffer }

export type Ingest = {
  /** Resolves when what was taken is durable. Throws a RequestError for what is wrong with the request as a whole. */
  readonly take: (admitted: AdmittedBody) => Promise<EventsAnswer>
  /** Waits for the commits in hand. */
  readonly close: () => Promise<void>
}

// Two are busy at once; a third keeps the disk at work while their answers are written.
const COMMIT_SLOTS = 3

export type IngestOptions = {
  readonly pool: Pool
  /** Seals rejected rows. */
  readonly vault: Vault
  readonly limits: CollectorConfig['limits']
  readonly now: () => number
}

/** From a body to a durable commit. */
export function createIngest({ pool, vault, limits, now }: IngestOptions): Ingest {
  const askRates = createRateCache({ find: (tenantId, questions) => findRates(pool, tenantId, questions), now })
  const notifier = createNotifier(pool)
  const eventQuota = createEventQuota({ pool, now })
  const queue = createCommitQueue({
    slots: COMMIT_SLOTS,
    commit: (tenantId, submissions) =>
      inSpan('ingest.commit', { 'tenant.id': tenantId }, async () => {
        const outcomes = await commitIngest(pool, { tenantId, submissions, vault, acceptedAt: new Date(now()) })
        notifier.notify()
        if (submissions.some(({ conversions }) => conversions.length > 0)) notifier.notifyConversions(tenantId)
        return outcomes
      }),
  })

  async function take({ scope, form, ticket, body }: AdmittedBody): Promise<EventsAnswer> {
    const text = form.isGzip ? await unzip(body, limits.bodyBytes) : body
    if (form.isGzip) ticket.grow(Math.max(0, text.length - body.length))
    const events = readEvents(text, { isLines: form.isLines, maxEvents: limits.events })
    try {
      await eventQuota.require(scope.key)
      const { submission, rejected } = await checkRequest({ events, scope: createRequestScope(scope, now()), findRates: askRates })
      if (submission.events.length + rejected.length === 0) return { accepted: 0, duplicates: 0, rejected }
      const { accepted, duplicates } = await queue.submit(scope.key.tenantId, submission)
      eventQuota.count(scope.key, accepted)
      return { accepted, duplicates, rejected }
    } catch (error) {
      if (error instanceof RequestError) throw error
      if (isTenantMoving(error)) throw tenantMoving(error)
      throw isPostgresUnavailable(error) ? unavailable(error) : error
    }
  }

  return {
    take,
    close: async () => {
      await queue.drain()
      notifier.stop()
    },
  }
}
