import { withTransaction, type Pool, type PoolClient } from '#db/pool.ts'
import { createAlarm } from '#ops/alarm.ts'
import type { Logger } from '#ops/logging.ts'
import { listenForMessages, type Listener } from './listen.ts'
import { bury, lockAggregate, postpone, readHeads, readNext, settle, type OutboxMessage } from './messages.ts'

/**
 * Handles messages of one topic and aggregate, oldest first. May be shown the same ones again: it must not matter. `signal` is aborted when its
 * time is up: the attempt has failed by then whatever it still does, another may begin, and it should begin nothing more.
 */
export type OutboxHandler = (messages: readonly OutboxMessage[], signal: AbortSignal) => Promise<void>

export type TopicOptions = {
  /** Each is shown every message, in this order. */
  readonly handlers: readonly OutboxHandler[]
  /** true: delivered messages are kept for a replay, as long as removeOldMessages leaves them. false: they are removed, for topics of high volume. */
  readonly isKept: boolean
  /** How many messages a handler is shown at once at most. Default 1. */
  readonly batchSize?: number
  /** Default: the relay's own. */
  readonly handlerTimeoutMs?: number
}

/** An attempt that was given up, since it held a connection and its aggregate for too long. */
class HandlerTimeout extends Error {
  constructor(timeoutMs: number) {
    super(`The handlers took longer than ${timeoutMs} ms.`)
    this.name = 'HandlerTimeout'
  }
}

/** Thrown by a handler that cannot work now through no fault of the message, such as a server that is down: tried again for ever. */
export class TryLater extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'TryLater'
  }
}

export type RelayOptions = {
  /** Role umg_worker; as many connections as `concurrency` and one more. */
  readonly pool: Pool
  /** A connection of its own for LISTEN; null polls alone. */
  readonly listenUrl: string | null
  readonly topics: Readonly<Record<string, TopicOptions>>
  readonly log: Logger
  /** Handles these aggregates alone, such as one tenant's. Default: all. */
  readonly aggregates?: readonly string[]
  /** Aggregates handled at the same time. Default 3. */
  readonly concurrency?: number
  /** All handlers of an attempt together; one that takes longer has failed. Default 120,000. */
  readonly handlerTimeoutMs?: number
  /** A message that failed this often is dead. Default 10. */
  readonly maxAttempts?: number
  /** How often it looks without being woken. Default 1000. */
  readonly pollMs?: number
  /** Backs off by base · 2^(attempts − 1), at most `maxDelayMs`, times a random factor of 0.5 to 1. Defaults 500 and 60,000. */
  readonly baseDelayMs?: number
  readonly maxDelayMs?: number
  /** In [0, 1). */
  readonly random?: () => number
}

export type Relay = {
  start(): void
  /** Handles everything that is due now and answers how many messages were settled; for tests and for one-shot runs. */
  drain(): Promise<number>
  /** Takes up nothing new and waits for the handlers at work. */
  stop(): Promise<void>
}

const HEADS_AT_ONCE = 200
const HANDLER_TIMEOUT_MS = 120_000
const TRY_LATER_MS = 2_000
// An aggregate that another relay holds, or whose message was not due after all, is left alone this long.
const REST_MS = 100

/**
 * Delivers the outbox at least once, in order within an aggregate; several relays may run, in one process or many, since an aggregate is locked
 * while it is handled. A topic that nobody handles counts as delivered, and is there for a replay.
 */
export function createRelay(options: RelayOptions): Relay {
  const { pool, listenUrl, log, concurrency = 3, pollMs = 1_000 } = options
  const heads = { limit: HEADS_AT_ONCE, only: options.aggregates ?? null }
  const alarm = createAlarm()
  const atWork = new Map<string, Promise<void>>()
  const resting = new Map<string, NodeJS.Timeout>()
  let isStopping = false
  let settled = 0
  let loop: Promise<void> = Promise.resolve()
  let listener: Listener | null = null

  async function handle(aggregate: string): Promise<void> {
    const count = await handleAggregate(options, aggregate)
    settled += count
    atWork.delete(aggregate)
    if (count === 0 && !isStopping)
      resting.set(
        aggregate,
        setTimeout(() => resting.delete(aggregate), REST_MS),
      )
    alarm.ring()
  }

  /** Begins what is due and answers how long nothing else will be; 0 when more is due than there are hands. */
  async function beginDue(): Promise<number> {
    for (const { aggregate, waitMs } of await readHeads(pool, heads)) {
      if (waitMs > 0) return Math.min(waitMs, pollMs)
      if (isStopping || atWork.size >= concurrency) return pollMs
      if (!atWork.has(aggregate) && !resting.has(aggregate)) atWork.set(aggregate, handle(aggregate))
    }
    return resting.size > 0 ? REST_MS : pollMs
  }

  async function run(): Promise<void> {
    while (!isStopping) {
      alarm.reset()
      const waitMs = await beginDue().catch((error: unknown) => {
        log.warn({ err: error }, 'the outbox could not be read')
        return pollMs
      })
      if (!isStopping) await alarm.wait(waitMs)
    }
  }

  return {
    start() {
      if (listenUrl !== null) listener = listenForMessages({ url: listenUrl, onMessage: alarm.ring, log })
      loop = run()
    },
    async drain() {
      const before = settled
      do {
        await beginDue()
        await Promise.all(atWork.values())
      } while ((await readHeads(pool, heads)).some(({ aggregate, waitMs }) => waitMs === 0 && !resting.has(aggregate)))
      return settled - before
    },
    async stop() {
      isStopping = true
      alarm.ring()
      for (const timer of resting.values()) clearTimeout(timer)
      await Promise.all([loop, listener?.stop()])
      await Promise.all(atWork.values())
    },
  }
}

/** Settles one run of messages of the same topic, if the aggregate is free and due. Answers how many. A failure is recorded, never thrown. */
async function handleAggregate(options: RelayOptions, aggregate: string): Promise<number> {
  try {
    return await withTransaction(options.pool, async (client) => {
      if (!(await lockAggregate(client, aggregate))) return 0
      const batch = await readRun(client, options, aggregate)
      const [first] = batch
      if (first === undefined) return 0
      return handleRun(client, options, batch, first)
    })
  } catch (error) {
    options.log.warn({ err: error, aggregate }, 'messages could not be settled; they will be handled again')
    return 0
  }
}

const MAX_BATCH = 2_000

async function readRun(client: PoolClient, { topics }: RelayOptions, aggregate: string): Promise<readonly OutboxMessage[]> {
  const messages = await readNext(client, aggregate, MAX_BATCH)
  const [first] = messages
  if (first === undefined) return []
  // One that has failed goes alone, so that only it is counted as failing.
  const size = first.attempts > 0 ? 1 : (topics[first.topic]?.batchSize ?? 1)
  const end = messages.findIndex((message) => message.topic !== first.topic || (message.attempts > 0 && message !== first))
  return messages.slice(0, Math.min(size, end === -1 ? messages.length : end))
}

async function handleRun(client: PoolClient, options: RelayOptions, batch: readonly OutboxMessage[], first: OutboxMessage): Promise<number> {
  const topic: TopicOptions = options.topics[first.topic] ?? { handlers: [], isKept: true }
  try {
    await runHandlers(topic, batch, topic.handlerTimeoutMs ?? options.handlerTimeoutMs ?? HANDLER_TIMEOUT_MS)
  } catch (error) {
    return recordFailure(client, options, { batch, first, error })
  }
  await settle(client, batch, topic)
  return batch.length
}

/** What a handler does after its time is up reaches nobody: neither the next handler, nor the message. */
async function runHandlers({ handlers }: TopicOptions, batch: readonly OutboxMessage[], timeoutMs: number): Promise<void> {
  const limit = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new HandlerTimeout(timeoutMs)
      // First this, so that a handler which fails when it is aborted cannot say otherwise.
      reject(error)
      limit.abort(error)
    }, timeoutMs)
  })
  try {
    for (const handler of handlers) await Promise.race([late, handler(batch, limit.signal)])
  } finally {
    clearTimeout(timer)
  }
}

type Failure = { readonly batch: readonly OutboxMessage[]; readonly first: OutboxMessage; readonly error: unknown }

async function recordFailure(client: PoolClient, options: RelayOptions, { batch, first, error }: Failure): Promise<number> {
  const { log, maxAttempts = 10, baseDelayMs = 500, maxDelayMs = 60_000, random = Math.random } = options
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  const about = { topic: first.topic, aggregate: first.aggregate, message: first.id, err: error }
  const jitter = 0.5 + random() / 2
  if (error instanceof TryLater) {
    log.warn(about, 'a handler cannot work now; its messages wait')
    await postpone(client, { id: first.id, attempts: first.attempts, error: text, delayMs: Math.round(TRY_LATER_MS * jitter) })
    return 0
  }
  const attempts = first.attempts + 1
  if (attempts >= maxAttempts) {
    log.error({ ...about, attempts }, 'a message failed too often and is dead')
    await bury(client, { id: first.id, attempts, error: text })
    return 1
  }
  log.warn({ ...about, attempts, messages: batch.length }, 'a handler failed')
  const delayMs = Math.round(Math.min(maxDelayMs, baseDelayMs * 2 ** (attempts - 1)) * jitter)
  await postpone(client, { id: first.id, attempts, error: text, delayMs })
  return 0
}
