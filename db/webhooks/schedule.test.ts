import { expect, it } from 'vitest'
import { MAX_ATTEMPTS, retryDelayMs } from './schedule.ts'

const delaysAt = (random: number): readonly number[] => Array.from({ length: MAX_ATTEMPTS - 1 }, (_, index) => retryDelayMs(index + 1, random)!)
const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0)
const DAY_MS = 86_400_000

it('retries come after 10 seconds first, then each later, at most 12 hours apart', () => {
  const delays = delaysAt(0.5)
  expect(delays.slice(0, 4)).toEqual([10_000, 30_000, 90_000, 270_000])
  expect(delays).toEqual(delays.toSorted((a, b) => a - b))
  expect(delays.at(-1)).toBe(12 * 3_600_000)
})

it('they go on for three days, whatever the chance, and then end', () => {
  expect(sum(delaysAt(0))).toBeGreaterThanOrEqual(3 * DAY_MS)
  expect(sum(delaysAt(0.999))).toBeLessThan(4 * DAY_MS)
  expect(retryDelayMs(MAX_ATTEMPTS, 0)).toBeNull()
  expect(retryDelayMs(MAX_ATTEMPTS + 5, 0)).toBeNull()
})

it('what failed together comes back spread over a fifth of the delay', () => {
  expect(retryDelayMs(1, 0)).toBe(9_000)
  expect(retryDelayMs(1, 0.999999)).toBe(11_000)
})
