const MINUTE_MS = 60_000

export type SpendingOptions = {
  /** Null: a tenant may spend all that its places in the queue allow. */
  readonly secondsPerMinute: number | null
  /** Milliseconds on a clock that only goes forward. Default: performance.now. */
  readonly now?: () => number
}

/** How long each tenant's questions have run within the last minute. A question that runs on past its tenant's budget is answered; the next one waits. */
export class Spending {
  readonly #budgetMs: number
  readonly #now: () => number
  /** When a question ended and how long it ran, oldest first. */
  readonly #spent = new Map<string, { readonly atMs: number; readonly ms: number }[]>()

  constructor({ secondsPerMinute, now = () => performance.now() }: SpendingOptions) {
    this.#budgetMs = secondsPerMinute === null ? Infinity : secondsPerMinute * 1_000
    this.#now = now
  }

  /** Milliseconds until the tenant may ask again; 0 when it may now. */
  waitMs(tenantId: string): number {
    const spent = this.#lastMinute(tenantId)
    let totalMs = spent.reduce((sum, { ms }) => sum + ms, 0)
    for (const { atMs, ms } of spent) {
      if (totalMs < this.#budgetMs) return 0
      totalMs -= ms
      if (totalMs < this.#budgetMs) return Math.max(0, atMs + MINUTE_MS - this.#now())
    }
    return 0
  }

  /** Answers what the work answers, and counts how long it ran, also when it fails. */
  async count<Result>(tenantId: string, work: () => Promise<Result>): Promise<Result> {
    if (this.#budgetMs === Infinity) return work()
    const startMs = this.#now()
    try {
      return await work()
    } finally {
      const atMs = this.#now()
      this.#spent.set(tenantId, [...this.#lastMinute(tenantId), { atMs, ms: atMs - startMs }])
    }
  }

  #lastMinute(tenantId: string): readonly { readonly atMs: number; readonly ms: number }[] {
    const sinceMs = this.#now() - MINUTE_MS
    const recent = (this.#spent.get(tenantId) ?? []).filter(({ atMs }) => atMs > sinceMs)
    if (recent.length > 0) this.#spent.set(tenantId, recent)
    else this.#spent.delete(tenantId)
    return recent
  }
}
