/** What live queries know of time, so that tests can move it. */
export type LiveClock = {
  /** Milliseconds UTC. */
  readonly now: () => number
  /** Calls back once at that time or later, never at once; the answer takes it back. May call back early where the time is far off. */
  readonly at: (timeMs: number, callback: () => void) => () => void
}

/** The longest that a timer of Node can wait. */
const LONGEST_MS = 2 ** 31 - 1

export const systemClock: LiveClock = {
  now: () => Date.now(),
  at: (timeMs, callback) => {
    if (timeMs === Infinity) return () => {}
    const timer = setTimeout(callback, Math.min(LONGEST_MS, Math.max(1, timeMs - Date.now())))
    return () => clearTimeout(timer)
  },
}

/** Resolves at that time, and early when the signal is aborted. */
export async function waitUntil(clock: LiveClock, timeMs: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && clock.now() < timeMs) {
    await new Promise<void>((resolve) => {
      const end = (): void => {
        takeBack()
        signal.removeEventListener('abort', end)
        resolve()
      }
      const takeBack = clock.at(timeMs, end)
      signal.addEventListener('abort', end)
    })
  }
}
