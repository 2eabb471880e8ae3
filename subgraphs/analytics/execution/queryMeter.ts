import { countQueries } from '#db/usage/queries.ts'
import { periodOf } from '#db/usage/counters.ts'
import type { Pool } from '#db/pool.ts'
import { quotaExceeded } from '#ops/service/errors.ts'
import { planOf } from '#ops/service/plans.ts'
import type { Log } from '#ops/service/requestScope.ts'

export type QueryMeterOptions = {
  readonly pool: Pool
  readonly now: () => Date
  readonly log: Pick<Log, 'warn'>
  /** Until what was counted is written, and what others counted is read. Default 1 s. */
  readonly writeAfterMs?: number
}

/** What is known of a tenant's day; one object of it, so that no question is counted twice or lost. */
type Known = {
  readonly tenantId: string
  readonly day: string
  readonly at: Date
  used: number
  limit: number | null
  /** Counted here and not yet written. */
  pending: number
  readAtMs: number
  reading: Promise<void> | null
}

/** How long a plan and the count of other processes are believed. */
const KNOWN_MS = 5_000
const MAX_TENANTS = 10_000

/**
 * Counts analyses by tenant and day, and holds tenants to those of their plan. The count is kept here and written once a second, so that a question costs
 * no write of its own; what a killed process did not write is a second's questions.
 */
export class QueryMeter {
  readonly #options: QueryMeterOptions
  readonly #tenants = new Map<string, Known>()
  readonly #waiting = new Set<Known>()
  #timer: NodeJS.Timeout | null = null

  constructor(options: QueryMeterOptions) {
    this.#options = options
  }

  /** Counts one question. Throws QUOTA_EXCEEDED when the tenant's day is used up. */
  async take(tenantId: string): Promise<void> {
    const known = await this.#know(tenantId)
    const used = known.used + known.pending
    if (known.limit !== null && used >= known.limit) throw quotaExceeded({ quota: 'queries', used, limit: known.limit })
    known.pending += 1
    this.#waiting.add(known)
    this.#timer ??= setTimeout(() => void this.write(), this.#options.writeAfterMs ?? 1_000).unref()
  }

  /** Writes what was counted. What cannot be written now is kept for the next time. */
  async write(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const known of waiting) {
      const count = known.pending
      try {
        await this.#read(known, count)
      } catch (error) {
        this.#options.log.warn({ err: error, tenantId: known.tenantId, count }, 'questions could not be counted yet')
        this.#waiting.add(known)
      }
    }
  }

  async #know(tenantId: string): Promise<Known> {
    const at = this.#options.now()
    const known = this.#knownOn(tenantId, at)
    // What waits to be written is read with the write.
    if (known.pending === 0 && at.getTime() - known.readAtMs >= KNOWN_MS) {
      known.reading ??= this.#read(known, 0).finally(() => {
        known.reading = null
      })
      await known.reading
    }
    return known
  }

  #knownOn(tenantId: string, at: Date): Known {
    const day = periodOf('queries', at)
    const found = this.#tenants.get(tenantId)
    if (found?.day === day) return found
    if (this.#tenants.size >= MAX_TENANTS) for (const [id, { pending }] of this.#tenants) if (pending === 0) this.#tenants.delete(id)
    const known = { tenantId, day, at, used: 0, limit: null, pending: 0, readAtMs: -Infinity, reading: null }
    this.#tenants.set(tenantId, known)
    return known
  }

  async #read(known: Known, count: number): Promise<void> {
    const { used, plan } = await countQueries(this.#options.pool, { tenantId: known.tenantId, at: known.at, count })
    known.pending -= count
    known.used = used
    known.limit = planOf(plan).queriesPerDay
    known.readAtMs = this.#options.now().getTime()
  }
}
