/** After the first attempt come as many as need three days. */
export const MAX_ATTEMPTS = 15
const FIRST_DELAY_MS = 10_000
const FACTOR = 3
const LONGEST_DELAY_MS = 12 * 3_600_000
/** Each delay is up to a tenth shorter or longer, so that what failed together does not come back together. */
const JITTER = 0.1

/** How long to wait after so many failed attempts; null when there is no further one. `random` is in [0, 1). */
export function retryDelayMs(attempts: number, random: number): number | null {
  if (attempts >= MAX_ATTEMPTS) return null
  const delayMs = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * FACTOR ** Math.max(0, attempts - 1))
  return Math.round(delayMs * (1 - JITTER + 2 * JITTER * random))
}
