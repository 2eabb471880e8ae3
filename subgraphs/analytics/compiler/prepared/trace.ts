import { randomBytes } from 'node:crypto'

/** A time of the question and so many milliseconds after it; or a calendar day of it, which stands where its text does. */
export type Derived = { readonly slot: number; readonly byMs: number; readonly isDay: boolean }
type Guard = { readonly a: Derived | number; readonly b: Derived | number; readonly is: 'earlier' | 'notEarlier' | 'same' }

/** As long as the text of a time, so that what is cut to a length is cut at the same place. */
export const MARK_LENGTH = '2026-01-01T00:00:00.000Z'.length

/**
 * What one compilation does with the times of its question. A time that is only carried to its place in the statement leaves no trace; one that is
 * compared with another leaves what came out; and whoever does anything else with it sees a plain number, and leaves that its value decides.
 */
export class Trace {
  /** Slots whose values the statement was made from. */
  readonly decided = new Set<number>()
  readonly #guards: Guard[] = []
  readonly #times: readonly number[]
  readonly #marks: Derived[] = []
  /** No text of a caller's holds it, for nobody is told it. */
  readonly #nonce = randomBytes(MARK_LENGTH)
    .toString('base64url')
    .slice(0, MARK_LENGTH - 5)

  constructor(times: readonly number[]) {
    this.#times = times
  }

  valueOf({ slot, byMs }: Derived): number {
    return (this.#times[slot] ?? Number.NaN) + byMs
  }

  guard(guard: Guard): void {
    this.#guards.push(guard)
  }

  /** Whether comparisons come out for these times as they did. */
  holdsFor(times: readonly number[]): boolean {
    const at = (time: Derived | number): number => (typeof time === 'number' ? time : (times[time.slot] ?? Number.NaN) + time.byMs)
    return this.#guards.every(({ a, b, is }) => (is === 'same' ? at(a) === at(b) : at(a) < at(b) === (is === 'earlier')))
  }

  /** Stands for the text of the time in a comment. */
  mark({ slot, byMs, isDay }: Derived): string {
    const known = this.#marks.findIndex((mark) => mark.slot === slot && mark.byMs === byMs)
    const at = known < 0 ? this.#marks.push({ slot, byMs, isDay }) - 1 : known
    return `${this.#nonce}${String(at).padStart(4, '0')}.`
  }

  /** The text in parts: between two of them stands a time. */
  split(text: string): { readonly texts: readonly string[]; readonly times: readonly Derived[] } {
    const [first = '', ...rest] = text.split(this.#nonce)
    const after = MARK_LENGTH - this.#nonce.length
    return {
      texts: [first, ...rest.map((part) => part.slice(after))],
      times: rest.map((part) => this.#marks[Number(part.slice(0, after - 1))] ?? { slot: -1, byMs: 0, isDay: false }),
    }
  }
}

/** A time or day of a question whose compilation is traced; everybody else takes it for a number or a text. */
export class TracedTime {
  readonly trace: Trace
  readonly slot: number
  readonly byMs: number
  readonly isDay: boolean

  constructor(trace: Trace, { slot, byMs, isDay }: Derived) {
    this.trace = trace
    this.slot = slot
    this.byMs = byMs
    this.isDay = isDay
  }

  [Symbol.toPrimitive](): number | string {
    return this.toJSON()
  }

  toJSON(): number | string {
    this.trace.decided.add(this.slot)
    const value = this.trace.valueOf(this)
    return this.isDay ? dayOf(value) : value
  }

  /** It stands where numbers do. */
  asNumber(): number {
    return this as unknown as number
  }

  /** And where texts do. */
  asText(): string {
    return this as unknown as string
  }
}

/** null for a plain number. */
export function tracedIn(ms: unknown): TracedTime | null {
  return ms instanceof TracedTime ? ms : null
}

/** The time so much later, or with a negative number earlier. */
export function later(ms: number, byMs: number): number {
  const traced = tracedIn(ms)
  return traced === null ? ms + byMs : new TracedTime(traced.trace, { slot: traced.slot, byMs: traced.byMs + byMs, isDay: traced.isDay }).asNumber()
}

/** The first of the times. */
export const earliest = (first: number, ...others: readonly number[]): number => others.reduce((a, b) => (isEarlier(b, a) ? b : a), first)
/** The last of the times. */
export const latest = (first: number, ...others: readonly number[]): number => others.reduce((a, b) => (isEarlier(a, b) ? b : a), first)

/** Whether the one lies before the other. */
export function isEarlier(a: number | string, b: number | string): boolean {
  const [first, second] = [tracedIn(a), tracedIn(b)]
  const trace = first?.trace ?? second?.trace
  if (trace === undefined) return a < b
  const is = (first === null ? msOf(a) : trace.valueOf(first)) < (second === null ? msOf(b) : trace.valueOf(second))
  trace.guard({ a: first ?? msOf(a), b: second ?? msOf(b), is: is ? 'earlier' : 'notEarlier' })
  return is
}

/** The time as the comments of a statement tell it. */
export function timeText(ms: number): string {
  const traced = tracedIn(ms)
  return traced === null ? new Date(ms).toISOString() : traced.trace.mark(traced)
}

/** Leaves that two instants or days of a statement, texts or traced, are one and the same parameter. */
export function sameTime(a: unknown, b: unknown): void {
  const [first, second] = [tracedIn(a), tracedIn(b)]
  const trace = first?.trace ?? second?.trace
  if (trace !== undefined) trace.guard({ a: first ?? timeOfText(a), b: second ?? timeOfText(b), is: 'same' })
}

const timeOfText = (text: unknown): number => Date.parse(`${String(text).replace(' ', 'T')}Z`.replace(/^(\d+-\d+-\d+)Z$/, '$1'))
const msOf = (time: number | string): number => (typeof time === 'string' ? Date.parse(time) : time)

/** The day that begins then, `YYYY-MM-DD`. */
export const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 'YYYY-MM-DD'.length)

/** The day as the comments of a statement tell it. */
export function dayText(day: string): string {
  const traced = tracedIn(day)
  return traced === null ? day : traced.trace.mark(traced)
}
