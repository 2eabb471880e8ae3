/** Waits that end early when it rings, also when it rang since the last reset. `null` waits for nothing but a ring. One waits at a time. */
export type Alarm = { readonly ring: () => void; readonly reset: () => void; readonly wait: (ms: number | null) => Promise<void> }

export function createAlarm(): Alarm {
  let hasRung = false
  let end: () => void = () => undefined
  return {
    ring: () => {
      hasRung = true
      end()
    },
    reset: () => {
      hasRung = false
    },
    wait: (ms) => {
      if (hasRung) return Promise.resolve()
      return new Promise((resolve) => {
        const timer = ms === null ? undefined : setTimeout(resolve, ms)
        end = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    },
  }
}
