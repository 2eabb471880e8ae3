const FIRST_RETRY_MS = 100
const LAST_RETRY_MS = 2_000
const HEALTHY_MS = 5_000

/** How the subgraph has been doing: how long it has been in trouble, and how long to wait before it is asked again. */
export class Trouble {
  acknowledgements = 0
  /** Whether anything ever came, also if it only said where the stream begins. */
  hasBegun = false
  /** Whether the attempt brought the stream further. */
  hasProgressed = false
  /** Whether any attempt did work. */
  hasWorked = false
  #acknowledgedAt: number | null = null
  #since: number | null = null
  #attempts = 0

  tries(): void {
    this.hasProgressed = false
    this.#acknowledgedAt = null
    this.#since ??= performance.now()
  }

  acknowledged(): void {
    this.acknowledgements += 1
    this.#acknowledgedAt = performance.now()
  }

  /** Milliseconds that it has not worked. An attempt that brought the stream further, or was quiet for a while, did work. */
  begins(): number {
    const now = performance.now()
    const worked = this.hasProgressed || (this.#acknowledgedAt !== null && now - this.#acknowledgedAt > HEALTHY_MS)
    if (worked) this.#attempts = 0
    this.hasWorked ||= worked
    if (worked || this.#since === null) this.#since = now
    return now - this.#since
  }

  /** Twice as long each time, and not the same for all who lost the same subgraph. */
  waitMs(): number {
    const waitMs = Math.min(FIRST_RETRY_MS * 2 ** this.#attempts, LAST_RETRY_MS)
    this.#attempts += 1
    return waitMs * (0.75 + Math.random() / 4)
  }
}
