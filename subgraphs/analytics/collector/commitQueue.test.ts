import { describe, expect, it } from 'vitest'
import type { Submission } from '#db/ingest/ingestEvent.ts'
import { createCommitQueue } from './commitQueue.ts'

const submission = (events: number): Submission => ({
  keyId: 'k',
  rejected: [],
  lines: Buffer.alloc(0),
  summaries: [],
  conversions: [],
  touches: [],
  events: Array.from({ length: events }, (_, index) => ({ id: String(index), key: String(index), day: 0 })),
})

/** A commit that ends when told to. */
function manualCommits() {
  const started: { tenantId: string; sizes: number[]; end: (error?: Error) => void }[] = []
  const commit = (tenantId: string, submissions: readonly Submission[]) =>
    new Promise<readonly { accepted: number; duplicates: number }[]>((resolve, reject) => {
      const sizes = submissions.map(({ events }) => events.length)
      started.push({ tenantId, sizes, end: (error) => (error === undefined ? resolve(sizes.map((accepted) => ({ accepted, duplicates: 0 }))) : reject(error)) })
    })
  return { started, commit }
}
const settled = () => new Promise((resolve) => setImmediate(resolve))
const refused = () => Object.assign(new Error('refused'), { code: '22P05' })

describe('group commit', () => {
  it('commits at once while a slot is free, and together what waited; each request gets its own answer', async () => {
    const { started, commit } = manualCommits()
    const queue = createCommitQueue({ commit, slots: 1 })
    const answers = [1, 2, 3].map((events) => queue.submit('t', submission(events)))
    expect(started.map(({ sizes }) => sizes)).toEqual([[1]])
    started[0]?.end()
    await settled()
    expect(started.map(({ sizes }) => sizes)).toEqual([[1], [2, 3]])
    started[1]?.end()
    expect(await Promise.all(answers)).toEqual([1, 2, 3].map((accepted) => ({ accepted, duplicates: 0 })))
    expect(queue.waiting()).toBe(0)
  })

  it('takes tenants in turn, so that one with much waiting holds up nobody', async () => {
    const { started, commit } = manualCommits()
    const queue = createCommitQueue({ commit, slots: 1 })
    const answers = [
      queue.submit('big', submission(15_000)),
      ...[1, 2, 3].map(() => queue.submit('big', submission(15_000))),
      queue.submit('small', submission(1)),
    ]
    for (let index = 0; index < 5; index++) {
      started[index]?.end()
      await settled()
    }
    await Promise.all(answers)
    expect(started.map(({ tenantId }) => tenantId)).toEqual(['big', 'big', 'small', 'big', 'big'])
  })

  it('one submission that PostgreSQL refuses fails alone', async () => {
    const commit = async (_tenant: string, submissions: readonly Submission[]) => {
      if (submissions.some(({ events }) => events.length === 13)) throw refused()
      return submissions.map(({ events }) => ({ accepted: events.length, duplicates: 0 }))
    }
    const queue = createCommitQueue({ commit, slots: 1 })
    const results = await Promise.allSettled([1, 2, 13, 3].map((events) => queue.submit('t', submission(events))))
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
  })

  it('a lost connection fails the whole group, and the queue goes on', async () => {
    const { started, commit } = manualCommits()
    const queue = createCommitQueue({ commit, slots: 1 })
    const first = queue.submit('t', submission(1))
    const others = Promise.allSettled([queue.submit('t', submission(2)), queue.submit('t', submission(3))])
    started[0]?.end()
    await first
    await settled()
    started[1]?.end(new Error('Connection terminated unexpectedly'))
    expect((await others).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    const next = queue.submit('t', submission(4))
    await settled()
    started[2]?.end()
    expect(await next).toEqual({ accepted: 4, duplicates: 0 })
    await queue.drain()
  })
})
