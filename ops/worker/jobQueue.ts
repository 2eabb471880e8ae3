import { createPostgresBackend, withBackend } from 'bullmq'
import type { Logger } from '#ops/logging.ts'

export type JobQueueOptions = {
  readonly name: string
  /** Role umg_worker; the tables are in the schema bullmq, migrated beforehand. */
  readonly databaseUrl: string
  /** Jobs at work at the same time in this process. */
  readonly concurrency: number
  /** Does one job; `data` is its own to parse. What it throws fails the job. */
  readonly work: (data: unknown) => Promise<void>
  /** How long a job whose backoff is `custom` waits after that many failed attempts. Default: no such job. */
  readonly delayMs?: (attempts: number, error: unknown) => number
  readonly log: Logger
}

const SCHEMA = 'bullmq'
const POOL_SIZE = 2

const { Queue, Worker } = withBackend(createPostgresBackend)

/** A BullMQ queue in PostgreSQL and this process's worker for it. `close` waits for the jobs at work. */
export async function openJobQueue<Data>({ name, databaseUrl, concurrency, work, delayMs, log }: JobQueueOptions) {
  const connection = { connectionString: databaseUrl, schema: SCHEMA, max: POOL_SIZE }
  const queue = new Queue<Data>(name, { connection })
  queue.on('error', (error) => log.warn({ err: error, queue: name }, 'a queue has lost its database'))
  const settings = delayMs === undefined ? undefined : { backoffStrategy: (attempts: number, _type?: string, error?: Error) => delayMs(attempts, error) }
  const worker = new Worker<Data>(name, (job) => work(job.data), { connection, concurrency, settings })
  worker.on('error', (error) => log.warn({ err: error, queue: name }, 'the worker of a queue has lost its database'))
  worker.on('failed', (job, error) => log.warn({ err: error, queue: name, job: job?.id, attempts: job?.attemptsMade }, 'a job failed'))
  await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()])
  return {
    queue,
    close: async (): Promise<void> => {
      await worker.close()
      await queue.close()
    },
  }
}
