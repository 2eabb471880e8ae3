import { setTimeout as wait } from 'node:timers/promises'

/** Waits until so long after `began` (on the clock of performance.now()), so that the time of an answer does not tell what was done for it. */
export async function holdUntil(began: number, floorMs: number): Promise<void> {
  const leftMs = began + floorMs - performance.now()
  if (leftMs > 0) await wait(leftMs)
}
