import { jsonPatch } from './jsonPatch.ts'

/** One answer of a stream of whole answers, in the texts for those who take changes; each is made once, however many do. */
export class AnswerRevision {
  readonly #text: string
  readonly #number: number
  readonly #changes = new WeakMap<AnswerRevision, string>()
  #whole: string | null = null
  #read: { readonly data?: unknown; readonly errors?: unknown } | null = null

  constructor(text: string, number: number) {
    this.#text = text
    this.#number = number
  }

  is(text: string): boolean {
    return this.#text === text
  }

  next(text: string): AnswerRevision {
    return new AnswerRevision(text, this.#number + 1)
  }

  /** The answer, and its number beside it. */
  get whole(): string {
    return (this.#whole ??= `${this.#text.slice(0, -1)},"extensions":{"live":{"revision":${this.#number}}}}`)
  }

  /** What makes `told` this answer if that is the shorter text, else the whole. */
  after(told: AnswerRevision): string {
    const known = this.#changes.get(told) ?? this.#after(told)
    this.#changes.set(told, known)
    return known
  }

  #after(told: AnswerRevision): string {
    const [before, after] = [told.#parts, this.#parts]
    // A patch is of the data alone.
    if (before.errors !== undefined || after.errors !== undefined) return this.whole
    const patch = jsonPatch(before.data, after.data)
    const text = `{"extensions":{"live":{"revision":${this.#number},"after":${told.#number},"patch":${patch}}}}`
    return text.length < this.whole.length ? text : this.whole
  }

  get #parts(): { readonly data?: unknown; readonly errors?: unknown } {
    return (this.#read ??= JSON.parse(this.#text) as { readonly data?: unknown; readonly errors?: unknown })
  }
}

/** Numbers the answers of one stream that anybody takes as changes. */
export class AnswerRevisions {
  #newest: AnswerRevision | null = null

  of(text: string): AnswerRevision {
    if (this.#newest?.is(text) !== true) this.#newest = this.#newest?.next(text) ?? new AnswerRevision(text, 1)
    return this.#newest
  }
}
