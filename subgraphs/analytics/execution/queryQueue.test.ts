import { expect, test, vi } from 'vitest'
import { QueryQueue, type Place, type QueueLimits } from './queryQueue.ts'

const LIMITS: QueueLimits = { maxRunning: 3, maxRunningPerTenant: 2, maxWaiting: 4, maxWaitingPerTenant: 3, secondsPerMinutePerTenant: null }

/** A queue whose questions end when the test says so, and the order in which they began. */
function world(limits: Partial<QueueLimits> = {}) {
  const queue = new QueryQueue({ ...LIMITS, ...limits })
  const began: string[] = []
  const endings = new Map<string, () => void>()
  const ask = (name: string, place: Partial<Place> = {}): Promise<string> => {
    const work = () => {
      began.push(name)
      return new Promise<string>((resolve) => endings.set(name, () => resolve(name)))
    }
    const answer = queue.run(work, { tenantId: name.replace(/\d/, ''), ...place })
    // Those that are turned away are looked at later.
    answer.catch(() => undefined)
    return answer
  }
  /** Ends those in order, each when it has begun. */
  const end = async (...names: readonly string[]): Promise<void> => {
    for (const name of names) {
      await vi.waitFor(() => expect(began).toContain(name))
      endings.get(name)?.()
    }
    await new Promise(setImmediate)
  }
  return { queue, began, ask, end }
}

const OWN_LIMIT = { message: expect.stringContaining('2 of your questions are being answered and 3 wait'), extensions: { code: 'TOO_BUSY' } }
const FULL = { message: expect.stringMatching(/^Too many questions/), extensions: { code: 'TOO_BUSY' } }

test('as many run as may, and as many of one tenant as it may; the rest wait', async () => {
  const { queue, began, ask, end } = world()
  const answers = ['a1', 'a2', 'a3', 'b1', 'b2'].map((name) => ask(name))
  expect(began).toEqual(['a1', 'a2', 'b1'])
  expect(queue.counts).toEqual({ running: 3, waiting: 2 })
  await end('b1', 'a1', 'a2', 'a3', 'b2')
  expect(await Promise.all(answers)).toEqual(['a1', 'a2', 'a3', 'b1', 'b2'])
  expect(queue.counts).toEqual({ running: 0, waiting: 0 })
})

test('a tenant alone may not take all places', () => {
  const { began, ask } = world({ maxRunning: 8, maxRunningPerTenant: 4 })
  for (let n = 1; n < 8; n += 1) void ask(`a${n}`)
  expect(began).toHaveLength(4)
  void ask('b1')
  expect(began.at(-1)).toBe('b1')
})

test('the lines of tenants take turns, whoever came first', async () => {
  const { began, ask, end } = world({ maxRunning: 1, maxRunningPerTenant: 1, maxWaiting: 10 })
  for (const name of ['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'c1']) void ask(name)
  await end('a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4')
  expect(began).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4'])
})

test('a tenant whose places are taken is passed over', async () => {
  const { began, ask, end } = world({ maxRunning: 3, maxRunningPerTenant: 2 })
  for (const name of ['a1', 'a2', 'b1', 'a3', 'b2']) void ask(name)
  await end('b1')
  expect(began).toEqual(['a1', 'a2', 'b1', 'b2'])
})

test('a tenant with a full line is turned away by its own limit, and others are not', async () => {
  const { ask, began } = world({ maxWaiting: 10 })
  for (const name of ['a1', 'a2', 'a3', 'a4', 'a5']) void ask(name)
  await expect(ask('a6')).rejects.toMatchObject(OWN_LIMIT)
  void ask('b1')
  expect(began).toEqual(['a1', 'a2', 'b1'])
})

test('when all lines are full the last of the longest gives way, and who has as many himself is turned away', async () => {
  const { queue, ask } = world({ maxRunning: 1, maxRunningPerTenant: 1 })
  for (const name of ['z1', 'a1', 'a2']) void ask(name)
  const last = ask('a3')
  void ask('b1')
  void ask('c1')
  await expect(last).rejects.toMatchObject(FULL)
  await expect(ask('a4')).rejects.toMatchObject(FULL)
  await expect(ask('b2')).rejects.toMatchObject(FULL)
  expect(queue.counts).toEqual({ running: 1, waiting: 4 })
})

test('whose client goes away leaves the line, and one that has gone never enters it', async () => {
  const { queue, began, ask, end } = world({ maxRunning: 1, maxRunningPerTenant: 1 })
  const leaving = new AbortController()
  const { signal } = leaving
  void ask('a1')
  const left = ask('a2', { signal })
  const next = ask('a3')
  leaving.abort()
  await expect(left).rejects.toMatchObject({ extensions: { code: 'CANCELLED' } })
  await expect(ask('a4', { signal })).rejects.toMatchObject({ extensions: { code: 'CANCELLED' } })
  expect(queue.counts).toEqual({ running: 1, waiting: 1 })
  await end('a1', 'a3')
  expect(await next).toBe('a3')
  expect(began).toEqual(['a1', 'a3'])
})

test('a tenant that has spent its seconds of the minute is told when to ask again, and others go on', async () => {
  const { queue, ask, end } = world({ secondsPerMinutePerTenant: 0.001 })
  const beganMs = performance.now()
  const long = ask('a1')
  await vi.waitFor(() => expect(performance.now() - beganMs).toBeGreaterThan(2))
  await end('a1')
  expect(await long).toBe('a1')
  await expect(ask('a2')).rejects.toMatchObject({ message: expect.stringMatching(/Ask again in (59|60) seconds/), extensions: { code: 'TOO_BUSY' } })
  void ask('b1')
  expect(queue.counts).toEqual({ running: 1, waiting: 0 })
})

test('work that fails gives its place to the next', async () => {
  const { queue, ask, end } = world({ maxRunning: 1, maxRunningPerTenant: 1 })
  const failing = queue.run(() => Promise.reject(new Error('no')), { tenantId: 'a' })
  const next = ask('a1')
  await expect(failing).rejects.toThrow('no')
  await end('a1')
  expect(await next).toBe('a1')
})
