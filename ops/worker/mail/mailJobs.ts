import { createHmac } from 'node:crypto'
import { UnrecoverableError } from 'bullmq'
import { z } from 'zod'
import { isSuppressed, suppress } from '#db/outbox/mailSuppressions.ts'
import { openMailRequest, sealedMailSchema, type RequestedMail } from '#db/outbox/requestMail.ts'
import type { Pool } from '#db/pool.ts'
import type { Logger } from '#ops/logging.ts'
import { openJobQueue } from '../jobQueue.ts'
import { AddressRefused, MailDelayed, MailRefused } from './failures.ts'
import type { Mailer } from './mailer.ts'
import { readTemplates } from './templates.ts'
import { writeLetter } from './writeLetter.ts'

/** A job's data lies in the database for days, so the mail in it stays sealed. */
const mailJobSchema = sealedMailSchema.extend({ id: z.string(), askedAt: z.iso.datetime() })

export type SealedMail = {
  /** The outbox message that asked for it. */
  readonly messageId: string
  readonly askedAt: Date
  readonly sealed: string
}

export type MailJobs = Awaited<ReturnType<typeof startMailJobs>>

export type MailJobsOptions = {
  /** Role umg_worker; the tables are in the schema bullmq, migrated beforehand. */
  readonly databaseUrl: string
  /** Role umg_worker: the suppression list. */
  readonly pool: Pool
  readonly mailer: Mailer
  readonly mailKey: string
  readonly publicUrl: string
  readonly log: Logger
  /** Default `mail`; tests take one of their own. */
  readonly queueName?: string
  /** Default 5000. */
  readonly firstDelayMs?: number
  /** Default: the system's clock. */
  readonly now?: () => Date
}

const CONCURRENCY = 2
// Over three hours altogether: a server that was restarted, or that lets strangers wait (greylisting), has taken it by then.
const ATTEMPTS = 14
const FIRST_DELAY_MS = 5_000
const MAX_DELAY_MS = 3_600_000
// While a finished job is remembered, its id cannot be added again.
const REMEMBERED_SECONDS = 30 * 86_400

/**
 * Mail as jobs in PostgreSQL: retried with back-off and jitter, and kept as failed when they never succeed. `enqueue` adds one, once for a message;
 * `close` waits for those at work.
 */
export async function startMailJobs(options: MailJobsOptions) {
  const { databaseUrl, mailKey, log, queueName = 'mail', firstDelayMs = FIRST_DELAY_MS } = options
  const { queue, close } = await openJobQueue<z.infer<typeof mailJobSchema>>({
    name: queueName,
    databaseUrl,
    concurrency: CONCURRENCY,
    work: createSendMail(options),
    delayMs: (attempts, error) => delayAfter({ attempts, error, firstDelayMs, random: Math.random }),
    log,
  })
  return {
    queue,
    enqueue: async (mail: SealedMail): Promise<void> => {
      const id = mailIdOf(mail, mailKey)
      log.info({ message: mail.messageId, mail: id }, 'a mail was asked for')
      await queue.add(
        'sendMail',
        { id, askedAt: mail.askedAt.toISOString(), sealed: mail.sealed },
        { jobId: id, attempts: ATTEMPTS, backoff: { type: 'custom' }, removeOnComplete: { age: REMEMBERED_SECONDS }, removeOnFail: false },
      )
    },
    close,
  }
}

/** One attempt. The address is never logged: the mail's id leads to it for whoever may look into the tables. */
function createSendMail({ pool, mailer, mailKey, publicUrl, log, now = () => new Date() }: MailJobsOptions): (data: unknown) => Promise<void> {
  return async (data) => {
    const { id, askedAt, sealed } = mailJobSchema.parse(data)
    const mail = openMailRequest({ sealed }, mailKey)
    const about = { mail: id, kind: mail.kind }
    if (await isSuppressed(pool, mail.to)) return log.info(about, 'not sent: its address is suppressed')
    if (Date.parse(askedAt) + validMs(mail) <= now().getTime()) return log.warn(about, 'not sent: its link has ended')
    const template = (await readTemplates())[mail.kind]
    try {
      await mailer.send(writeLetter({ id, mail, template, publicUrl }))
      log.info(about, 'a mail was sent')
    } catch (error) {
      if (error instanceof AddressRefused) {
        await suppress(pool, { address: mail.to, reason: error.message, mailId: id })
        return log.warn({ ...about, reason: error.message }, 'an address was refused for good and is suppressed')
      }
      throw error instanceof MailRefused ? new UnrecoverableError(error.message) : error
    }
  }
}

/** How long the link in it opens something, from when it was asked for. */
function validMs(mail: RequestedMail): number {
  if (mail.kind === 'resetPassword') return mail.minutes * 60_000
  return mail.kind === 'invitation' ? mail.days * 86_400_000 : Infinity
}

export type Delay = {
  /** Failed attempts, from 1. */
  readonly attempts: number
  readonly error: unknown
  readonly firstDelayMs: number
  /** In [0, 1). */
  readonly random: () => number
}

/** Doubles up to an hour, less a random part of up to a half; never less than the server asked for. */
export function delayAfter({ attempts, error, firstDelayMs, random }: Delay): number {
  const backOffMs = Math.min(MAX_DELAY_MS, firstDelayMs * 2 ** (attempts - 1)) * (0.5 + random() / 2)
  const askedMs = error instanceof MailDelayed ? (error.retryAfterMs ?? 0) : 0
  // What was asked for is stretched by the jitter too: else all that wait come back at the same moment.
  return Math.round(Math.max(backOffMs, askedMs * (1 + random() / 10)))
}

/** The same for the same message of the same database, and tells nobody how many there were. */
function mailIdOf({ messageId, sealed }: SealedMail, mailKey: string): string {
  return createHmac('sha256', mailKey).update(`mail id ${messageId} ${sealed}`).digest('hex').slice(0, 32)
}
