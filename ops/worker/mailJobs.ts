import { z } from 'zod'
import type { Logger } from '#ops/logging.ts'
import { openJobQueue } from './jobQueue.ts'
import type { Mailer } from './mail.ts'
import { welcomeMail } from './welcomeMail.ts'

const mailJobSchema = z.object({ kind: z.literal('welcome'), id: z.string(), to: z.email(), name: z.string() })
export type MailJob = z.infer<typeof mailJobSchema>

export type MailJobs = {
  /** Adds the job, once for its id. */
  readonly enqueue: (job: MailJob) => Promise<void>
  /** Waits for the jobs at work. */
  readonly close: () => Promise<void>
}

export type MailJobsOptions = {
  /** Role umg_worker; the tables are in the schema bullmq, migrated beforehand. */
  readonly databaseUrl: string
  readonly mailer: Mailer
  readonly publicUrl: string
  readonly log: Logger
  /** Default `mail`; tests take one of their own. */
  readonly queueName?: string
}

const CONCURRENCY = 2
const ATTEMPTS = 8
const FIRST_DELAY_MS = 2_000
// While a finished job is remembered, its id cannot be added again.
const REMEMBERED_SECONDS = 30 * 86_400

/** Mail as jobs in PostgreSQL: retried with back-off and jitter, and kept as failed when they never succeed. */
export async function startMailJobs({ databaseUrl, mailer, publicUrl, log, queueName = 'mail' }: MailJobsOptions): Promise<MailJobs> {
  const work = async (data: unknown) => mailer.send(welcomeMail(mailJobSchema.parse(data), publicUrl))
  const { queue, close } = await openJobQueue<MailJob>({ name: queueName, databaseUrl, concurrency: CONCURRENCY, work, log })
  return {
    enqueue: async (job) => {
      await queue.add('sendMail', mailJobSchema.parse(job), {
        jobId: job.id,
        attempts: ATTEMPTS,
        backoff: { type: 'exponential', delay: FIRST_DELAY_MS, jitter: 0.5 },
        removeOnComplete: { age: REMEMBERED_SECONDS },
        removeOnFail: false,
      })
    },
    close,
  }
}
