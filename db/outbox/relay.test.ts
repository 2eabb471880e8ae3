import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { withTransaction } from '#db/pool.ts'
import { openTestPools, type TestPools } from '#db/testing/testPools.ts'
import { readConfig } from '#ops/config.ts'
import { createLogger } from '#ops/logging.ts'
import { appendOutbox, notifyOutbox } from './append.ts'
import type { OutboxMessage } from './messages.ts'
import { createRelay, TryLater, type RelayOptions, type TopicOptions } from './relay.ts'
import { replay, reviveDead } from './replay.ts'

const log = createLogger({ name: 'relay', level: 'silent' })
const rowSchema = z.object({
  payload: z.number(),
  attempts: z.number(),
  delivered: z.boolean(),
  dead: z.boolean(),
  last_error: z.string().nullable(),
  waitMs: z.number(),
})

describe('the relay', () => {
  let pools: TestPools
  // Every test has aggregates and a topic of its own: the outbox is one table for all.
  let aggregate: string
  let topic: string
  beforeAll(() => {
    pools = openTestPools()
  })
  afterAll(() => pools?.close())
  beforeEach(() => {
    aggregate = `test:${randomUUID()}`
    topic = `test.${randomUUID()}`
  })

  const append = (payload: number, to: { aggregate?: string; topic?: string; delayMs?: number } = {}) =>
    withTransaction(pools.auth, (client) => appendOutbox(client, { tenantId: null, topic, aggregate, payload, ...to }))
  const relayOf = (handler: TopicOptions | ((messages: readonly OutboxMessage[]) => Promise<void>), options: Partial<RelayOptions> = {}) => {
    const topicOptions = typeof handler === 'function' ? { handlers: [handler], isKept: true } : handler
    return createRelay({
      pool: pools.worker,
      listenUrl: null,
      topics: { [topic]: topicOptions },
      log,
      aggregates: [aggregate],
      baseDelayMs: 0,
      random: () => 0.5,
      ...options,
    })
  }
  const rows = async () =>
    z.array(rowSchema).parse(
      (
        await pools.worker.query(
          `SELECT payload, attempts, delivered_at IS NOT NULL AS delivered, dead_at IS NOT NULL AS dead, last_error, extract(epoch FROM available_at - clock_timestamp())::float8 * 1000 AS "waitMs"
         FROM outbox WHERE aggregate = $1 ORDER BY id`,
          [aggregate],
        )
      ).rows,
    )

  it('delivers in order and keeps what was delivered', async () => {
    for (const payload of [1, 2, 3]) await append(payload)
    const seen: unknown[] = []
    const relay = relayOf(async ([message]) => void seen.push(message?.payload))
    expect(await relay.drain()).toBe(3)
    expect(seen).toEqual([1, 2, 3])
    expect((await rows()).map(({ delivered }) => delivered)).toEqual([true, true, true])
    expect(await relay.drain()).toBe(0)
  })

  it('ids are numbers: 10 comes after 9, in delivery and in replay', async () => {
    // Far above every id that the tests reach, and with one digit less in the first.
    for (const [id, payload] of [
      ['9990000000000', 1],
      ['10000000000000', 2],
    ]) {
      await pools.worker.query('INSERT INTO outbox (id, topic, aggregate, payload) OVERRIDING SYSTEM VALUE VALUES ($1, $2, $3, $4)', [
        id,
        topic,
        aggregate,
        payload,
      ])
    }
    const seen: unknown[] = []
    const collect = async (messages: readonly OutboxMessage[]) => void seen.push(...messages.map(({ payload }) => payload))
    await relayOf(collect).drain()
    await replay(pools.worker, topic, collect)
    expect(seen).toEqual([1, 2, 1, 2])
  })

  it('shows a handler many at once when it may, and removes what is not kept', async () => {
    for (const payload of [1, 2, 3, 4, 5]) await append(payload)
    const seen: unknown[] = []
    const handler = async (messages: readonly OutboxMessage[]) => void seen.push(messages.map(({ payload }) => payload))
    await relayOf({ handlers: [handler], isKept: false, batchSize: 3 }).drain()
    expect(seen).toEqual([
      [1, 2, 3],
      [4, 5],
    ])
    expect(await rows()).toEqual([])
  })

  it('a message that fails holds up its aggregate alone, and is dead after its last attempt', async () => {
    const other = `test:${randomUUID()}`
    for (const payload of [1, 2]) await append(payload)
    await append(10, { aggregate: other })
    const seen: unknown[] = []
    const handler = async ([message]: readonly OutboxMessage[]) => {
      seen.push(message?.payload)
      if (message?.payload === 1) throw new Error('never this one')
    }
    const relay = relayOf(handler, { maxAttempts: 3, aggregates: [aggregate, other] })
    await expect.poll(async () => (await relay.drain(), (await rows()).filter(({ delivered, dead }) => delivered || dead).length)).toBe(2)
    expect(seen.filter((payload) => payload === 1)).toHaveLength(3)
    expect(seen.indexOf(10)).toBeLessThan(seen.lastIndexOf(1))
    expect(seen.at(-1)).toBe(2)
    expect(await rows()).toMatchObject([
      { dead: true, delivered: false, attempts: 3, last_error: 'Error: never this one' },
      { delivered: true, dead: false },
    ])
  })

  it('of several shown at once only the first is counted as failing, and the next time goes alone', async () => {
    for (const payload of [1, 2, 3]) await append(payload)
    const seen: unknown[] = []
    let failures = 1
    const handler = async (messages: readonly OutboxMessage[]) => {
      seen.push(messages.map(({ payload }) => payload))
      if (failures-- > 0) throw new Error('once')
    }
    const relay = relayOf({ handlers: [handler], isKept: true, batchSize: 10 })
    await expect.poll(async () => (await relay.drain(), (await rows()).every(({ delivered }) => delivered))).toBe(true)
    expect(seen).toEqual([[1, 2, 3], [1], [2, 3]])
  })

  it('backs off exponentially with jitter', async () => {
    await append(1)
    const waits: number[] = []
    for (let attempt = 1; attempt <= 3; attempt++) {
      await relayOf(() => Promise.reject(new Error('no')), { baseDelayMs: 10_000, maxDelayMs: 30_000 }).drain()
      waits.push((await rows())[0]?.waitMs ?? 0)
      await pools.worker.query('UPDATE outbox SET available_at = now() WHERE aggregate = $1', [aggregate])
    }
    // A factor of 0.75 from the random 0.5; a little of each wait has passed.
    for (const [index, expected] of [7_500, 15_000, 22_500].entries()) {
      expect(waits[index]).toBeGreaterThan(expected - 2_000)
      expect(waits[index]).toBeLessThanOrEqual(expected)
    }
  })

  it('a handler that cannot work now is asked again for ever and counts no attempt', async () => {
    await append(1)
    await relayOf(() => Promise.reject(new TryLater('ClickHouse is down')), { maxAttempts: 1 }).drain()
    expect(await rows()).toMatchObject([{ attempts: 0, dead: false, delivered: false, last_error: 'TryLater: ClickHouse is down' }])
  })

  it('a handler that hangs has failed when its time is up, frees its place, and settles nothing when it ends after all', async () => {
    const other = `test:${randomUUID()}`
    await append(1)
    await append(2, { aggregate: other })
    const seen: unknown[] = []
    const signals: AbortSignal[] = []
    let endHung: () => void = () => {}
    const hung = new Promise<void>((resolve) => (endHung = resolve))
    const first = (messages: readonly OutboxMessage[], signal: AbortSignal) => {
      signals.push(signal)
      return messages[0]?.payload === 1 && signals.length === 1 ? hung : Promise.resolve()
    }
    const second = async ([message]: readonly OutboxMessage[]) => void seen.push(message?.payload)
    const topicOptions = { handlers: [first, second], isKept: true }
    const relay = relayOf(topicOptions, { handlerTimeoutMs: 100, concurrency: 1, baseDelayMs: 10_000, aggregates: [aggregate, other] })
    await relay.drain()
    expect(seen).toEqual([2])
    const failed = [{ attempts: 1, delivered: false, dead: false, last_error: 'HandlerTimeout: The handlers took longer than 100 ms.' }]
    expect(await rows()).toMatchObject(failed)
    expect((await rows())[0]?.waitMs).toBeGreaterThan(5_000)
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false])
    endHung()
    await hung
    expect(await relay.drain()).toBe(0)
    expect(await rows()).toMatchObject(failed)
    expect(seen).toEqual([2])
    await pools.worker.query('UPDATE outbox SET available_at = now() WHERE aggregate = $1', [aggregate])
    // It rests for a moment after a failure.
    await expect.poll(() => relay.drain()).toBe(1)
    expect(seen).toEqual([2, 1])
  })

  it('a handler that fails after its time was up is no unhandled rejection, and cannot ask to be called again for nothing', async () => {
    await append(1)
    const handler = (_messages: readonly OutboxMessage[], signal: AbortSignal) =>
      new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(new TryLater('aborted'))))
    await relayOf({ handlers: [handler], isKept: true, handlerTimeoutMs: 50 }, { maxAttempts: 1 }).drain()
    expect(await rows()).toMatchObject([{ attempts: 1, dead: true, last_error: 'HandlerTimeout: The handlers took longer than 50 ms.' }])
  })

  it('hundreds of aggregates that wait for later do not hide one behind them that is due', async () => {
    const waiting = Array.from({ length: 250 }, (_, index) => `${aggregate}:${String(index).padStart(3, '0')}`)
    await withTransaction(pools.auth, async (client) => {
      for (const each of waiting) await appendOutbox(client, { tenantId: null, topic, aggregate: each, payload: 0, delayMs: 600_000 })
    })
    // Last by id and by name.
    const due = `${aggregate}:due`
    await append(1, { aggregate: due })
    const seen: unknown[] = []
    const relay = relayOf(async ([message]) => void seen.push(message?.payload), { aggregates: [...waiting, due] })
    expect(await relay.drain()).toBe(1)
    expect(seen).toEqual([1])
  })

  it('two relays handle an aggregate one after the other, and each message once', async () => {
    for (let payload = 0; payload < 30; payload++) await append(payload)
    const seen: unknown[] = []
    let atWork = 0
    let most = 0
    const handler = async ([message]: readonly OutboxMessage[]) => {
      most = Math.max(most, ++atWork)
      await new Promise((resolve) => setImmediate(resolve))
      seen.push(message?.payload)
      atWork -= 1
    }
    const relays = [relayOf(handler), relayOf(handler)]
    await expect.poll(async () => (await Promise.all(relays.map((relay) => relay.drain())), seen.length), { timeout: 10_000 }).toBe(30)
    expect(most).toBe(1)
    expect(seen).toEqual(Array.from({ length: 30 }, (_, index) => index))
  })

  it('what is not due yet waits, and nothing overtakes it', async () => {
    await append(1, { delayMs: 60_000 })
    await append(2)
    expect(await relayOf(async () => {}).drain()).toBe(0)
    expect((await rows()).some(({ delivered }) => delivered)).toBe(false)
  })

  it('wakes by a notice, and stops when told', async () => {
    let seen: () => void = () => {}
    const handled = new Promise<void>((resolve) => (seen = resolve))
    const relay = relayOf(async () => seen(), { listenUrl: readConfig.owner().workerUrl, pollMs: 600_000 })
    relay.start()
    await append(1)
    const notices = setInterval(() => void notifyOutbox(pools.auth), 50)
    await handled
    clearInterval(notices)
    await relay.stop()
    expect((await rows()).map(({ delivered }) => delivered)).toEqual([true])
  })

  it('replays a topic into a new projection, dead letters apart; and revives those', async () => {
    for (const payload of [1, 2, 3]) await append(payload)
    const relay = relayOf(
      async ([message]) => {
        if (message?.payload === 2) throw new Error('poison')
      },
      { maxAttempts: 1 },
    )
    await relay.drain()
    const shown: unknown[] = []
    const collect = async (messages: readonly OutboxMessage[]) => void shown.push(...messages.map(({ payload }) => payload))
    expect(await replay(pools.worker, topic, collect)).toBe(2)
    expect(shown).toEqual([1, 3])
    expect(await reviveDead(pools.worker, topic)).toBe(1)
    await relayOf(collect).drain()
    expect(shown).toEqual([1, 3, 2])
  })

  it('a message without a handler counts as delivered and is there for a replay', async () => {
    await append(1, { topic: `${topic}.unheard` })
    await relayOf(async () => {}).drain()
    expect((await rows()).map(({ delivered }) => delivered)).toEqual([true])
    expect(await replay(pools.worker, `${topic}.unheard`, async () => {})).toBe(1)
  })

  it('the roles write what is theirs alone', async () => {
    const message = { topic, aggregate, payload: 1 }
    await expect(withTransaction(pools.auth, (client) => appendOutbox(client, { ...message, tenantId: randomUUID() }))).rejects.toThrow(/row-level security/)
    await expect(withTransaction(pools.app, (client) => appendOutbox(client, { ...message, tenantId: null }))).rejects.toThrow(/row-level security/)
    await expect(pools.app.query('SELECT * FROM outbox')).rejects.toThrow(/permission denied/)
  })
})
