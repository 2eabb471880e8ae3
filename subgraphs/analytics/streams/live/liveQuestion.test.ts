import { expect, it } from 'vitest'
import type { DataHead } from '#db/analytics/dataVersions.ts'
import { createLogger } from '#ops/logging.ts'
import { LiveQuestion, type Asking } from './liveQuestion.ts'
import { createManualClock } from './testing/manualClock.ts'

it('what changed while the question waited for its turn is in its answer, and not asked for again; what changed since it began is', async () => {
  let version = 1
  let wake = (): void => {}
  const asked: { readonly asking: Asking; readonly answer: (answer: string) => void }[] = []
  const question = new LiveQuestion<string>({
    watch: async (woken) => {
      wake = woken
      return { head: () => ({ version, changes: [] }), release: () => {} }
    },
    ask: async (asking) => new Promise((resolve) => asked.push({ asking, answer: (answer) => resolve({ answer, nextMs: Infinity, isTouchedBy: () => true }) })),
    clock: createManualClock('2026-03-01T00:00:00Z'),
    log: createLogger({ name: 'test', level: 'silent' }),
  })
  const { signal } = new AbortController()
  const first = question.next(0, signal)
  await expect.poll(() => asked.length).toBe(1)
  version = 2
  wake()
  asked[0]?.asking.begins()
  asked[0]?.answer('with the second change')
  expect(await first).toMatchObject({ answer: 'with the second change', version: 2, serial: 1 })
  const second = question.next(1, signal)
  // Long enough for what is due at once: a joiner is answered, and nothing is asked.
  expect(await question.next(0, signal)).toMatchObject({ serial: 1 })
  expect(asked).toHaveLength(1)
  version = 3
  wake()
  await expect.poll(() => asked.length).toBe(2)
  asked[1]?.asking.begins()
  version = 4
  wake()
  asked[1]?.answer('without the fourth change')
  expect(await second).toMatchObject({ version: 3, serial: 2 })
  const third = question.next(2, signal)
  await expect.poll(() => asked.length).toBe(3)
  question.end()
  await expect(third).rejects.toThrow('Nobody watches')
})

it('is not asked again for rows that do not touch it, however many versions they make, and is for one that does', async () => {
  const changeOf = (version: number, event: string) => ({ version, rows: { touches: ['none' as const], values: { event: [event] }, latestMs: 0 } })
  let head: DataHead = { version: 1, changes: [] }
  let wake = (): void => {}
  let asked = 0
  const question = new LiveQuestion<number>({
    watch: async (woken) => {
      wake = woken
      return { head: () => head, release: () => {} }
    },
    ask: async ({ begins }) => {
      begins()
      asked += 1
      return { answer: asked, nextMs: Infinity, isTouchedBy: ({ values }) => values.event?.includes('purchase') === true }
    },
    clock: createManualClock('2026-03-01T00:00:00Z'),
    log: createLogger({ name: 'test', level: 'silent' }),
  })
  const { signal } = new AbortController()
  expect(await question.next(0, signal)).toMatchObject({ answer: 1, version: 1 })
  const second = question.next(1, signal)
  for (let version = 2; version < 50; version += 1) {
    head = { version, changes: [changeOf(version, 'session'), ...head.changes].slice(0, 3) }
    wake()
    await expect.poll(async () => (await question.next(0, signal)).version).toBe(version)
  }
  expect(asked).toBe(1)
  head = { version: 51, changes: [changeOf(51, 'session'), changeOf(50, 'purchase'), ...head.changes] }
  wake()
  expect(await second).toMatchObject({ answer: 2, version: 51 })
  // What is not known any more may have been anything.
  const third = question.next(2, signal)
  head = { version: 60, changes: [changeOf(60, 'session')] }
  wake()
  expect(await third).toMatchObject({ answer: 3, version: 60 })
  question.end()
})
