/** A map of at most `limit` entries, the least recently used go first; an entry is gone after its time. The clock counts milliseconds. */
export class BoundedCache<Key, Value> {
  readonly #entries = new Map<Key, { readonly value: Value; readonly until: number }>()
  readonly #limit: number
  readonly #now: () => number

  constructor({ limit, now }: { readonly limit: number; readonly now: () => number }) {
    this.#limit = limit
    this.#now = now
  }

  get size(): number {
    return this.#entries.size
  }

  get(key: Key): Value | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    this.#entries.delete(key)
    if (entry.until <= this.#now()) return undefined
    this.#entries.set(key, entry)
    return entry.value
  }

  delete(key: Key): void {
    this.#entries.delete(key)
  }

  set(key: Key, value: Value, { lifetimeMs }: { readonly lifetimeMs: number }): void {
    this.#entries.delete(key)
    this.#entries.set(key, { value, until: this.#now() + lifetimeMs })
    const oldest = this.#entries.keys().next()
    if (this.#entries.size > this.#limit && !oldest.done) this.#entries.delete(oldest.value)
  }
}
