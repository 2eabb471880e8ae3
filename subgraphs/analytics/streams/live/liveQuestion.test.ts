import { expect, it } from 'vitest'
import { createLogger } from '#ops/logging.ts'
import { LiveQuestion, type Asking } from './liveQuestion.ts'
import { createManualClock } from './testing/manualClock.ts'

it('what changed while the question waited for its turn is in its answer, and not asked for again; what changed since it began is', async () => {
  let head = 1
  let wake = (): void => {}
  const asked: { readonly asking: Asking; readonly answer: (answer: string) => void }[] = []
  const question = new LiveQuestion<string>({
    watch: async (woken) => {
      wake = woken
      return { head: () => head, release: () => {} }
    },
    ask: async (asking) => new Promise((resolve) => asked.push({ asking, answer: (answer) => resolve({ answer, nextMs: Infinity }) })),
    clock: createManualClock('2026-03-01T00:00:00Z'),
    log: createLogger({ name: 'test', level: 'silent' }),
  })
  const { signal } = new AbortController()
  const first = question.next(0, signal)
  await expect.poll(() => asked.length).toBe(1)
  head = 2
  wake()
  asked[0]?.asking.begins()
  asked[0]?.answer('with the second change')
  expect(await first).toMatchObject({ answer: 'with the second change', version: 2, serial: 1 })
  const second = question.next(1, signal)
  // Long enough for what is due at once: a joiner is answered, and nothing is asked.
  expect(await question.next(0, signal)).toMatchObject({ serial: 1 })
  expect(asked).toHaveLength(1)
  head = 3
  wake()
  await expect.poll(() => asked.length).toBe(2)
  asked[1]?.asking.begins()
  head = 4
  wake()
  asked[1]?.answer('without the fourth change')
  expect(await second).toMatchObject({ version: 3, serial: 2 })
  const third = question.next(2, signal)
  await expect.poll(() => asked.length).toBe(3)
  question.end()
  await expect(third).rejects.toThrow('Nobody watches')
})
