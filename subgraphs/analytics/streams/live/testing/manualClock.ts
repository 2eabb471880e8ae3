import type { LiveClock } from '../liveClock.ts'

/** A clock that stands still until it is told to move. */
export type ManualClock = LiveClock & {
  readonly date: () => Date
  readonly pass: (ms: number) => void
  readonly set: (time: string) => void
}

export function createManualClock(start: string): ManualClock {
  let nowMs = Date.parse(start)
  const waiting = new Set<{ readonly timeMs: number; readonly callback: () => void }>()
  const move = (toMs: number): void => {
    nowMs = toMs
    for (const each of [...waiting].filter(({ timeMs }) => timeMs <= nowMs)) {
      waiting.delete(each)
      each.callback()
    }
  }
  return {
    now: () => nowMs,
    date: () => new Date(nowMs),
    at: (timeMs, callback) => {
      const each = { timeMs, callback }
      waiting.add(each)
      return () => void waiting.delete(each)
    },
    pass: (ms) => move(nowMs + ms),
    set: (time) => move(Date.parse(time)),
  }
}
