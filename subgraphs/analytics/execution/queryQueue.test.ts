import { expect, test, vi } from 'vitest'
import { QueryQueue } from './queryQueue.ts'

/** Work that is done when it is told to be. */
function controlled() {
  const started: number[] = []
  const finish: (() => void)[] = []
  const work = (id: number) => () => {
    started.push(id)
    return new Promise<number>((resolve) => (finish[id] = () => resolve(id)))
  }
  return { started, finish, work }
}

test('as many run as may, the rest wait in the order they came, and too many are turned away', async () => {
  const queue = new QueryQueue({ maxRunning: 2, maxWaiting: 2 })
  const { started, finish, work } = controlled()
  const answers = [0, 1, 2, 3].map((id) => queue.run(work(id)))
  await expect(queue.run(work(4))).rejects.toMatchObject({ extensions: { code: 'TOO_BUSY' } })
  expect(started).toEqual([0, 1])
  finish[1]?.()
  await answers[1]
  await vi.waitFor(() => expect(started).toEqual([0, 1, 2]))
  for (const id of [0, 2]) finish[id]?.()
  await Promise.all([answers[0], answers[2]])
  await vi.waitFor(() => expect(started).toHaveLength(4))
  finish[3]?.()
  expect(await Promise.all(answers)).toEqual([0, 1, 2, 3])
})

test('work that fails gives its place to the next', async () => {
  const queue = new QueryQueue({ maxRunning: 1, maxWaiting: 5 })
  const failing = queue.run(() => Promise.reject(new Error('no')))
  const next = queue.run(async () => 'next')
  await expect(failing).rejects.toThrow('no')
  expect(await next).toBe('next')
  expect(await queue.run(async () => 'later')).toBe('later')
})
