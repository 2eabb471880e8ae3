/** Lets a key do something so often in a window; whoever comes more often waits, the next time twice as long. */
export type GrowingLimit = {
  /** Counts one use. Answers null, or the seconds to wait when there are none left. */
  readonly take: (key: string) => number | null
}

export type GrowingLimitOptions = { readonly uses: number; readonly windowMs: number; readonly now: () => Date; readonly maxKeys?: number }

type State = { readonly until: number; readonly used: number; readonly strikes: number; readonly blockedUntil: number; readonly forgottenAt: number }

const MAX_KEYS = 50_000
const MAX_BLOCK_MS = 3_600_000
/** Who keeps to the limit this long begins anew. */
const FORGET_MS = 3_600_000

export function createGrowingLimit({ uses, windowMs, now, maxKeys = MAX_KEYS }: GrowingLimitOptions): GrowingLimit {
  const states = new Map<string, State>()

  function current(key: string, at: number): State {
    const known = states.get(key)
    states.delete(key)
    if (known === undefined || known.forgottenAt <= at) return { until: at + windowMs, used: 0, strikes: 0, blockedUntil: 0, forgottenAt: at + windowMs }
    return known.until <= at ? { ...known, until: at + windowMs, used: 0, forgottenAt: Math.max(known.forgottenAt, at + windowMs) } : known
  }

  function keep(key: string, state: State): void {
    states.set(key, state)
    const oldest = states.keys().next()
    if (states.size > maxKeys && !oldest.done) states.delete(oldest.value)
  }

  return {
    take(key) {
      const at = now().getTime()
      const state = current(key, at)
      if (state.blockedUntil > at) {
        keep(key, state)
        return secondsUntil(state.blockedUntil, at)
      }
      if (state.used < uses) {
        keep(key, { ...state, used: state.used + 1 })
        return null
      }
      const strikes = state.strikes + 1
      // The first time what is left of the window, then a window more, three, seven …
      const blockedUntil = Math.min(state.until + windowMs * (2 ** (strikes - 1) - 1), at + MAX_BLOCK_MS)
      keep(key, { until: blockedUntil, used: uses, strikes, blockedUntil, forgottenAt: blockedUntil + FORGET_MS })
      return secondsUntil(blockedUntil, at)
    },
  }
}

function secondsUntil(until: number, at: number): number {
  return Math.max(1, Math.ceil((until - at) / 1000))
}
