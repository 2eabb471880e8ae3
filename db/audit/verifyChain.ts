import { FIRST_HASH, isSame, type Chain, type ChainEntry, type ChainHead } from './chain.ts'

export type Damage = {
  /** The first entry at which the chain does not hold. */
  readonly sequence: number
  readonly kind: 'changed' | 'cut' | 'reordered' | 'inserted' | 'tail missing' | 'head changed' | 'head missing'
  /** A sentence. */
  readonly what: string
}

/** `verified` entries from the first on are as they were written; `damage` is null when that is all of them. */
export type Verdict = { readonly verified: number; readonly damage: Damage | null }

/** Walks along a tenant's chain: `add` each entry by rising sequence, then ask for the verdict. */
export class ChainVerifier {
  readonly #chain: Chain
  #verified = 0
  #lastHash: Buffer = FIRST_HASH
  #suspect: ChainEntry | null = null
  #afterSuspect: ChainEntry | null = null

  /** `start`: what the first entry follows, where it is not the first of all. */
  constructor(chain: Chain, start?: Pick<ChainEntry, 'sequence' | 'hash'>) {
    this.#chain = chain
    if (start !== undefined) [this.#verified, this.#lastHash] = [start.sequence, start.hash]
  }

  /** Whether nothing that follows can change what is wrong. */
  get isDone(): boolean {
    return this.#afterSuspect !== null
  }

  add(entry: ChainEntry): void {
    if (this.#suspect !== null) {
      this.#afterSuspect ??= entry
      return
    }
    if (entry.sequence !== this.#verified + 1 || !isSame(entry.previousHash, this.#lastHash) || !this.#fits(entry, entry.sequence)) this.#suspect = entry
    else [this.#verified, this.#lastHash] = [entry.sequence, entry.hash]
  }

  verdict(head: ChainHead | null): Verdict {
    const damage = this.#suspect === null ? this.#damageOfHead(head) : this.#damageOf(this.#suspect, head)
    return { verified: this.#verified, damage }
  }

  #fits(entry: ChainEntry, sequence: number): boolean {
    return sequence > 0 && isSame(this.#chain.hashOf({ ...entry, sequence }), entry.hash)
  }

  // Nothing but the first place that does not hold is certain; what was done there is told from what fits where.
  #damageOf(entry: ChainEntry, head: ChainHead | null): Damage {
    const expected = this.#verified + 1
    const { sequence } = entry
    if (sequence < expected) return { sequence, kind: 'inserted', what: `There are several entries ${sequence}.` }
    const missing = (first: number, last: number) => (first === last ? `Entry ${first} is missing.` : `The entries ${first} to ${last} are missing.`)
    if (this.#fits(entry, sequence)) {
      if (sequence > expected) return { sequence: expected, kind: 'cut', what: missing(expected, sequence - 1) }
      return { sequence, kind: 'changed', what: `Entry ${sequence} does not follow the one before it.` }
    }
    if (sequence > expected) return { sequence: expected, kind: 'cut', what: missing(expected, sequence - 1) }
    const next = this.#afterSuspect
    const own = this.#ownPlace(entry, head)
    if (own === null) {
      const isInserted = next !== null && this.#fits(next, next.sequence - 1)
      if (isInserted) return { sequence, kind: 'inserted', what: `Entry ${sequence} was inserted.` }
      return { sequence, kind: 'changed', what: `Entry ${sequence} is not as it was written.` }
    }
    const isShifted = next !== null && this.#fits(next, next.sequence + own - sequence)
    if (own > sequence && isShifted) return { sequence, kind: 'cut', what: `${missing(sequence, own - 1)} Those that follow were given new numbers.` }
    return { sequence, kind: 'reordered', what: `In the place of entry ${sequence} is entry ${own}.` }
  }

  /** The sequence under which the entry's hash fits. */
  #ownPlace(entry: ChainEntry, head: ChainHead | null): number | null {
    const last = Math.max(head?.sequence ?? 0, entry.sequence + 1)
    for (let sequence = 1; sequence <= last; sequence++) if (this.#fits(entry, sequence)) return sequence
    return null
  }

  #damageOfHead(head: ChainHead | null): Damage | null {
    const last = this.#verified
    if (head === null) return last === 0 ? null : { sequence: last, kind: 'head missing', what: 'There are entries and no head.' }
    const { sequence } = head
    if (!isSame(this.#chain.sealOf(head), head.seal)) return { sequence, kind: 'head changed', what: 'The head is not as it was written.' }
    if (sequence > last) return { sequence: last + 1, kind: 'tail missing', what: `The entries from ${last + 1} to ${sequence} are missing at the end.` }
    if (sequence < last) return { sequence: sequence + 1, kind: 'head changed', what: `The head stands at ${sequence}, before entries that follow it.` }
    return isSame(head.hash, this.#lastHash) ? null : { sequence, kind: 'head changed', what: 'The head is not that of the last entry.' }
  }
}
