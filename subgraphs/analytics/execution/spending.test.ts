import { expect, test } from 'vitest'
import { Spending } from './spending.ts'

function world(secondsPerMinute: number | null) {
  let nowMs = 0
  const spending = new Spending({ secondsPerMinute, now: () => nowMs })
  const pass = (seconds: number): void => void (nowMs += seconds * 1_000)
  const run = (tenantId: string, seconds: number) => spending.count(tenantId, async () => pass(seconds))
  return { spending, pass, run }
}

test('a tenant that has spent its seconds waits until enough of them are a minute old, and others do not', async () => {
  const { spending, pass, run } = world(10)
  await run('a', 4)
  await run('a', 5)
  expect(spending.waitMs('a')).toBe(0)
  // Nine of ten are spent, and this one goes beyond.
  await run('a', 8)
  expect(spending.waitMs('b')).toBe(0)
  // At 17 s; with the four that ended at 4 s gone there are 13 left, and only when the five of 9 s are gone too there are less than ten.
  expect(spending.waitMs('a')).toBe(52_000)
  pass(51)
  expect(spending.waitMs('a')).toBe(1_000)
  pass(1)
  expect(spending.waitMs('a')).toBe(0)
})

test('what fails is counted too', async () => {
  const { spending, pass } = world(1)
  const failing = spending.count('a', async () => {
    pass(2)
    throw new Error('no')
  })
  await expect(failing).rejects.toThrow('no')
  expect(spending.waitMs('a')).toBe(60_000)
})

test('without a budget nobody waits', async () => {
  const { spending, run } = world(null)
  for (let n = 0; n < 5; n += 1) await run('a', 50)
  expect(spending.waitMs('a')).toBe(0)
})
