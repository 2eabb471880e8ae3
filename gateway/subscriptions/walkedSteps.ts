/** What came next after a place of a stream, and the place after it. */
export type Step = {
  /** `{ data }` as JSON text; null where nothing of the question's lies between the places. */
  readonly payload: string | null
  readonly place: string
}

type Walked = { readonly step: Step; readonly atMs: number }

const MAX_CHARACTERS = 32 * 1024 * 1024
/** Fields of other subgraphs are as they were then. */
const LIFETIME_MS = 30_000

/** The newest steps of all streams, so that whoever comes a little later need not have them executed again. The clock counts milliseconds. */
export class WalkedSteps {
  readonly #steps = new Map<string, Walked>()
  readonly #now: () => number
  #characters = 0

  constructor(now: () => number) {
    this.#now = now
  }

  after(key: string): Step | null {
    const walked = this.#steps.get(key)
    return walked === undefined || this.#isOld(walked) ? null : walked.step
  }

  add(key: string, step: Step): void {
    this.#forget(key)
    this.#steps.set(key, { step, atMs: this.#now() })
    this.#characters += sizeOf(key, step)
    for (const [oldest, walked] of this.#steps) {
      if (this.#characters <= MAX_CHARACTERS && !this.#isOld(walked)) break
      this.#forget(oldest)
    }
  }

  clear(): void {
    this.#steps.clear()
    this.#characters = 0
  }

  #isOld({ atMs }: Walked): boolean {
    return atMs + LIFETIME_MS <= this.#now()
  }

  #forget(key: string): void {
    const walked = this.#steps.get(key)
    if (walked === undefined) return
    this.#steps.delete(key)
    this.#characters -= sizeOf(key, walked.step)
  }
}

const sizeOf = (key: string, { payload, place }: Step): number => key.length + (payload?.length ?? 0) + place.length
