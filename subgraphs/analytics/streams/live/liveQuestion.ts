import { hasChangedSince, type DataHead } from '#db/analytics/dataVersions.ts'
import type { RowsSummary } from '#db/analytics/rowsSummary.ts'
import type { Logger } from '#ops/logging.ts'
import type { LiveClock } from './liveClock.ts'
import { isLasting } from './lasting.ts'
import type { Watched } from '../tailWatch.ts'

/** One evaluation, for all who watch. */
export type Evaluated<Answer> = {
  readonly answer: Answer
  /** Of the question's evaluations the n-th, from 1. */
  readonly serial: number
  /** The version of the data up to which nothing has changed that it is told from. */
  readonly version: number
  /** Whether rows that came may make another answer of it. */
  readonly isTouchedBy: (rows: RowsSummary) => boolean
  /** When time alone may make another answer of it. */
  readonly nextMs: number
}

export type LiveQuestionOptions<Answer> = {
  /** Watches the versions of the tenant's data. */
  readonly watch: (wake: () => void) => Promise<Watched<DataHead>>
  /** Asks the question. Ends early when the signal is aborted. */
  readonly ask: (asking: Asking) => Promise<Pick<Evaluated<Answer>, 'answer' | 'nextMs' | 'isTouchedBy'>>
  readonly clock: LiveClock
  readonly log: Pick<Logger, 'warn'>
}

export type Asking = {
  readonly signal: AbortSignal
  /** It was asked before. */
  readonly isAgain: boolean
  /** To be called before data are read: what has changed while the question waited for its turn is in the answer. Answers what is known of the data. */
  readonly begins: () => DataHead
}

type Waiting<Answer> = { readonly seen: number; readonly resolve: (evaluated: Evaluated<Answer>) => void; readonly reject: (error: unknown) => void }

const RETRY_MS = 1_000
const LONGEST_RETRY_MS = 30_000

/**
 * A question that somebody watches. It is asked again when its data or its time have changed and a watcher waits for another answer, once for all who
 * do; what passes, such as a store that is away, is waited for.
 */
export class LiveQuestion<Answer> {
  readonly #options: LiveQuestionOptions<Answer>
  readonly #over = new AbortController()
  readonly #waiting = new Set<Waiting<Answer>>()
  #watched: Promise<Watched<DataHead>> | null = null
  #head: DataHead = { version: 0, changes: [] }
  #last: Evaluated<Answer> | null = null
  #isAsking = false
  #failures = 0
  /** After a failure: not before this. */
  #retryMs = 0
  #takeBack: () => void = () => {}

  constructor(options: LiveQuestionOptions<Answer>) {
    this.#options = options
  }

  /** An evaluation after the n-th `seen` that is as new as the data are known to be; waits for one. Rejects with what lasts, and when it is ended. */
  next(seen: number, signal: AbortSignal): Promise<Evaluated<Answer>> {
    if (signal.aborted || this.#over.signal.aborted) return Promise.reject(ended())
    if (this.#last !== null && this.#last.serial > seen && !this.#isStale(this.#last)) return Promise.resolve(this.#last)
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.delete(waiting)
        reject(ended())
      }
      const settled = (): void => signal.removeEventListener('abort', leave)
      const waiting: Waiting<Answer> = {
        seen,
        resolve: (evaluated) => {
          settled()
          resolve(evaluated)
        },
        reject: (error) => {
          settled()
          reject(error)
        },
      }
      signal.addEventListener('abort', leave)
      this.#waiting.add(waiting)
      this.#stir()
    })
  }

  /** Nobody watches any more: what is being asked is given up. */
  end(): void {
    this.#over.abort()
    this.#takeBack()
    for (const { reject } of this.#waiting) reject(ended())
    this.#waiting.clear()
    this.#watched?.then(
      ({ release }) => release(),
      () => {},
    )
  }

  #isStale({ version, nextMs }: Evaluated<Answer>): boolean {
    return version < this.#head.version || this.#options.clock.now() >= nextMs
  }

  /** The newest that is known of the data. An answer that nothing of it touches is as new as they are. */
  #know(head: DataHead): void {
    this.#head = head
    const last = this.#last
    if (last !== null && !hasChangedSince(head, last.version, last.isTouchedBy)) this.#last = { ...last, version: Math.max(last.version, head.version) }
  }

  /** Does what is due now, and comes back when the next is. */
  readonly #stir = (): void => {
    this.#takeBack()
    this.#takeBack = () => {}
    if (this.#waiting.size === 0 || this.#isAsking || this.#over.signal.aborted) return
    const { clock } = this.#options
    const last = this.#last
    const dueMs = last !== null && !this.#isStale(last) ? last.nextMs : 0
    const atMs = Math.max(dueMs, this.#retryMs)
    if (atMs > clock.now()) this.#takeBack = clock.at(atMs, this.#stir)
    else void this.#ask()
  }

  async #ask(): Promise<void> {
    const { signal } = this.#over
    this.#isAsking = true
    try {
      const watched = await this.#watch()
      let head = watched.head()
      const begins = (): DataHead => {
        head = watched.head()
        return head
      }
      const answered = await this.#options.ask({ signal, isAgain: this.#last !== null, begins })
      const evaluated = { ...answered, version: head.version, serial: (this.#last?.serial ?? 0) + 1 }
      this.#last = evaluated
      this.#know(watched.head())
      this.#failures = 0
      this.#retryMs = 0
      for (const waiting of this.#waiting) waiting.resolve(evaluated)
      this.#waiting.clear()
    } catch (error) {
      if (!signal.aborted) this.#failed(error)
    } finally {
      this.#isAsking = false
    }
    this.#stir()
  }

  #watch(): Promise<Watched<DataHead>> {
    this.#watched ??= this.#options
      .watch(() => void this.#hear())
      .then(
        (watched) => {
          this.#know(watched.head())
          return watched
        },
        (error: unknown) => {
          this.#watched = null
          throw error
        },
      )
    return this.#watched
  }

  async #hear(): Promise<void> {
    const watched = await this.#watched?.catch(() => null)
    if (!watched) return
    this.#know(watched.head())
    this.#stir()
  }

  #failed(error: unknown): void {
    const { clock, log } = this.#options
    this.#failures += 1
    if (isLasting(error, this.#failures)) {
      for (const { reject } of this.#waiting) reject(error)
      this.#waiting.clear()
      this.#failures = 0
      return
    }
    this.#retryMs = clock.now() + Math.min(LONGEST_RETRY_MS, RETRY_MS * 2 ** Math.min(this.#failures - 1, 10))
    log.warn({ err: error }, 'a live query could not be answered now; those who watch it wait')
  }
}

const ended = (): Error => new Error('Nobody watches the question any more.')
