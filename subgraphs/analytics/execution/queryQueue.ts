import { failure } from './errors.ts'
import { Spending } from './spending.ts'

export type QueueLimits = {
  /** Questions that run at once, of all tenants and of one. ENGINE.md, section 3: more at once make each other slower. */
  readonly maxRunning: number
  readonly maxRunningPerTenant: number
  /** Questions that wait in line, of all tenants and of one. */
  readonly maxWaiting: number
  readonly maxWaitingPerTenant: number
  /** Seconds that one tenant's questions may run within a minute, together; null: as long as its places allow. */
  readonly secondsPerMinutePerTenant: number | null
}

/** Whose question it is, and what takes it out of the line. */
export type Place = { readonly tenantId: string; readonly signal?: AbortSignal | null }

type Waiting = { readonly begin: () => void; readonly refuse: (error: Error) => void }

/**
 * Lets a few questions run at once and the rest wait. Each tenant has a line of its own and the lines take turns, so that a tenant who asks much waits
 * behind its own questions and nobody else does. Where there is no room left to wait the answer is TOO_BUSY at once.
 */
export class QueryQueue {
  readonly #limits: QueueLimits
  readonly #spending: Spending
  readonly #running = new Map<string, number>()
  /** In the order in which the tenants have their turns. */
  readonly #lines = new Map<string, Waiting[]>()
  #runningCount = 0
  #waitingCount = 0

  constructor(limits: QueueLimits) {
    this.#limits = limits
    this.#spending = new Spending({ secondsPerMinute: limits.secondsPerMinutePerTenant })
  }

  /** Questions that run and that wait now. */
  get counts(): { readonly running: number; readonly waiting: number } {
    return { running: this.#runningCount, waiting: this.#waitingCount }
  }

  /** Throws TOO_BUSY, or CANCELLED for one that was given up while it waited. */
  async run<Result>(work: () => Promise<Result>, place: Place): Promise<Result> {
    if (place.signal?.aborted) throw failure('CANCELLED', {})
    const waitMs = this.#spending.waitMs(place.tenantId)
    const seconds = this.#limits.secondsPerMinutePerTenant
    if (waitMs > 0 && seconds !== null) throw failure('TOO_BUSY', { of: 'minute', seconds, againSeconds: Math.ceil(waitMs / 1_000) })
    if (this.#mayRun(place.tenantId)) this.#begin(place.tenantId)
    else await this.#turn(place)
    try {
      return await this.#spending.count(place.tenantId, work)
    } finally {
      this.#end(place.tenantId)
    }
  }

  #mayRun(tenantId: string): boolean {
    return this.#runningCount < this.#limits.maxRunning && (this.#running.get(tenantId) ?? 0) < this.#limits.maxRunningPerTenant
  }

  #begin(tenantId: string): void {
    this.#runningCount += 1
    this.#running.set(tenantId, (this.#running.get(tenantId) ?? 0) + 1)
  }

  #end(tenantId: string): void {
    this.#runningCount -= 1
    const left = (this.#running.get(tenantId) ?? 0) - 1
    if (left > 0) this.#running.set(tenantId, left)
    else this.#running.delete(tenantId)
    this.#callNext()
  }

  /** The place goes to the next tenant in turn that may have one, before anybody who comes now can take it. */
  #callNext(): void {
    for (const [tenantId, line] of this.#lines) {
      if (!this.#mayRun(tenantId)) continue
      const [next] = line
      if (next === undefined) continue
      this.#leave(tenantId, next)
      // Behind the others.
      if (this.#lines.delete(tenantId) && line.length > 0) this.#lines.set(tenantId, line)
      this.#begin(tenantId)
      return next.begin()
    }
  }

  #turn({ tenantId, signal }: Place): Promise<void> {
    this.#makeRoom(tenantId)
    return new Promise((resolve, reject) => {
      const forget = (): void => signal?.removeEventListener('abort', giveUp)
      const waiting: Waiting = {
        begin: () => {
          forget()
          resolve()
        },
        refuse: (error) => {
          forget()
          reject(error)
        },
      }
      const giveUp = (): void => {
        this.#leave(tenantId, waiting)
        waiting.refuse(failure('CANCELLED', {}))
      }
      signal?.addEventListener('abort', giveUp)
      const line = this.#lines.get(tenantId)
      if (line === undefined) this.#lines.set(tenantId, [waiting])
      else line.push(waiting)
      this.#waitingCount += 1
    })
  }

  /** When all lines together are full, the last of the longest gives way to a tenant that has fewer in its own. */
  #makeRoom(tenantId: string): void {
    const { maxRunningPerTenant, maxWaitingPerTenant, maxWaiting } = this.#limits
    const own = this.#lines.get(tenantId)?.length ?? 0
    if (own >= maxWaitingPerTenant) throw failure('TOO_BUSY', { of: 'tenant', running: maxRunningPerTenant, waiting: maxWaitingPerTenant })
    if (this.#waitingCount < maxWaiting) return
    const [longestId, longest] = [...this.#lines].reduce<readonly [string, readonly Waiting[]]>(
      (most, each) => (each[1].length > most[1].length ? each : most),
      ['', []],
    )
    const last = longest.at(-1)
    if (last === undefined || longest.length <= own + 1) throw failure('TOO_BUSY', { of: 'all' })
    this.#leave(longestId, last)
    last.refuse(failure('TOO_BUSY', { of: 'all' }))
  }

  #leave(tenantId: string, waiting: Waiting): void {
    const line = this.#lines.get(tenantId)
    const index = line?.indexOf(waiting) ?? -1
    if (line === undefined || index === -1) return
    line.splice(index, 1)
    this.#waitingCount -= 1
    if (line.length === 0) this.#lines.delete(tenantId)
  }
}
