import { failure } from './errors.ts'

/** ENGINE.md, section 3: more at once make each other slower. */
const MAX_RUNNING = 8
const MAX_WAITING = 64

/** Lets a few queries run at once and the rest wait in line; beyond that the answer is TOO_BUSY at once. */
export class QueryQueue {
  #running = 0
  readonly #waiting: (() => void)[] = []
  readonly #maxRunning: number
  readonly #maxWaiting: number

  constructor({ maxRunning = MAX_RUNNING, maxWaiting = MAX_WAITING }: { readonly maxRunning?: number; readonly maxWaiting?: number } = {}) {
    this.#maxRunning = maxRunning
    this.#maxWaiting = maxWaiting
  }

  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#running < this.#maxRunning) this.#running++
    else await this.#turn()
    try {
      return await work()
    } finally {
      // The place is handed on, so that nobody who comes now goes before those who wait.
      const next = this.#waiting.shift()
      if (next === undefined) this.#running--
      else next()
    }
  }

  async #turn(): Promise<void> {
    if (this.#waiting.length >= this.#maxWaiting) throw failure('TOO_BUSY', {})
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }
}
