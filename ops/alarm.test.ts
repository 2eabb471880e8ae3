import { expect, test } from 'vitest'
import { createAlarm } from './alarm.ts'

const HOUR_MS = 3_600_000

test('a ring ends a wait, be it long or without an end, and one that came before it too', async () => {
  const alarm = createAlarm()
  for (const ms of [HOUR_MS, null]) {
    alarm.reset()
    const waiting = alarm.wait(ms)
    alarm.ring()
    await waiting
    await alarm.wait(ms)
  }
})

test('after a reset a wait takes its time', async () => {
  const alarm = createAlarm()
  alarm.ring()
  alarm.reset()
  const start = performance.now()
  await alarm.wait(20)
  // Timers may be a millisecond early.
  expect(performance.now() - start).toBeGreaterThanOrEqual(18)
})
