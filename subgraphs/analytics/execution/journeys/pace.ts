import { performance } from 'node:perf_hooks'
import { setImmediate } from 'node:timers/promises'
import { limits } from '../../model/limits.ts'
import { failure } from '../errors.ts'

/** How long the process may be kept from everything else. */
const SLICE_MS = 15

/** Lets long work be done in slices, ends it when the asker has gone, and refuses more of it than one question may use. */
export class Pace {
  readonly #signal: AbortSignal | null
  readonly #maxSteps: number
  #steps = 0
  #restedMs = performance.now()

  constructor(signal: AbortSignal | null, { maxSteps = limits.chainSteps }: { readonly maxSteps?: number } = {}) {
    this.#signal = signal
    this.#maxSteps = maxSteps
  }

  /** So many multiplications are about to be done: some million at most. Throws CHAIN_TOO_LARGE and CANCELLED. */
  async take(steps: number): Promise<void> {
    this.#steps += steps
    if (this.#steps > this.#maxSteps) throw failure('CHAIN_TOO_LARGE', {})
    if (performance.now() - this.#restedMs < SLICE_MS) return
    await setImmediate()
    this.#restedMs = performance.now()
    if (this.#signal?.aborted) throw failure('CANCELLED', {})
  }
}
