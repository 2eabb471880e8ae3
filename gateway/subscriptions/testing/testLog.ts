import { EventEmitter, on } from 'node:events'

export type TestEntry = { readonly number: number; /** null fails the whole batch. */ readonly text: string | null; readonly campaign: string | null }

/** Entries that are handed out at a time. */
export const BATCH = 10

/** A numbered log that outlives the subgraph which serves it, as a table does. A cursor is the number of an entry as text. */
export class TestLog {
  readonly entries: TestEntry[] = []
  readonly #news = new EventEmitter().setMaxListeners(0)
  /** Readers that are open now, and all that ever were. */
  readers = 0
  opened = 0
  /** How many entries have been handed out, to all readers together. */
  handedOut = 0
  /** Whether reading fails once it has said where it begins. */
  isBroken = false

  append(...texts: readonly (string | null)[]): void {
    for (const text of texts) this.entries.push({ number: this.entries.length + 1, text, campaign: `c${(this.entries.length + 1) % 3}` })
    this.#news.emit('news')
  }

  /** Makes all readers of this moment fail. */
  breakReaders(): void {
    this.#news.emit('error', new TypeError('the password is hunter2'))
  }

  /** How many entries there are, and again whenever there are more. */
  async *lengths(signal: AbortSignal): AsyncGenerator<number> {
    try {
      const news = on(this.#news, 'news', { signal })
      yield this.entries.length
      for await (const _ of news) yield this.entries.length
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }

  /** Batches after the entry `after`; the first is empty and says where it begins. */
  async *read({ after, signal }: { readonly after: number; readonly signal: AbortSignal }): AsyncGenerator<{ entries: TestEntry[]; cursor: string }> {
    this.readers += 1
    this.opened += 1
    let position = after
    try {
      const news = on(this.#news, 'news', { signal })
      yield { entries: [], cursor: String(position) }
      if (this.isBroken) throw new TypeError('the password is hunter2')
      while (!signal.aborted) {
        const entries = this.entries.slice(position, position + BATCH)
        if (entries.length === 0) await news.next()
        else {
          position += entries.length
          this.handedOut += entries.length
          yield { entries, cursor: String(position) }
        }
      }
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      this.readers -= 1
    }
  }
}
