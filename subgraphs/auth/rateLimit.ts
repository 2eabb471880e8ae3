/** Counts attempts in this process alone and in a window of time (for what guards an account: sharedLimits.ts), at most `maxKeys` keys at once: the oldest go first, so memory is bounded whoever asks. */
export type RateLimit = {
  /** Seconds to wait when the key has used up its attempts, else null; counts nothing. */
  readonly waitSeconds: (key: string) => number | null
  /** Counts one attempt. */
  readonly count: (key: string) => void
}

export type RateLimitOptions = { readonly attempts: number; readonly windowMs: number; readonly now: () => Date; readonly maxKeys?: number }

const MAX_KEYS = 50_000

/** A window starts with the first attempt of a key and ends as a whole. */
export function createRateLimit({ attempts, windowMs, now, maxKeys = MAX_KEYS }: RateLimitOptions): RateLimit {
  const windows = new Map<string, { readonly until: number; readonly used: number }>()
  const current = (key: string) => {
    const window = windows.get(key)
    if (window !== undefined && window.until > now().getTime()) return window
    windows.delete(key)
    return null
  }
  return {
    waitSeconds: (key) => {
      const window = current(key)
      return window !== null && window.used >= attempts ? Math.max(1, Math.ceil((window.until - now().getTime()) / 1000)) : null
    },
    count: (key) => {
      const window = current(key) ?? { until: now().getTime() + windowMs, used: 0 }
      windows.set(key, { ...window, used: window.used + 1 })
      const oldest = windows.keys().next()
      if (windows.size > maxKeys && !oldest.done) windows.delete(oldest.value)
    },
  }
}
