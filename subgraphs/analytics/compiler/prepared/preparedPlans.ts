import type { AnalyticsPlan } from '../plan/nodes.ts'
import type { SqlSelect } from '../sql/ast.ts'
import type { PrintedSql } from '../sql/print.ts'
import { shapeOf, traced, type Plain, type Shape } from './shapeOf.ts'
import { fill, isSame, prepare, type Prepared } from './prepare.ts'
import { Trace } from './trace.ts'

/** What is made of a bound question, by functions that know nothing but it. */
export type Made = PrintedSql & {
  readonly plan: AnalyticsPlan
  readonly select: SqlSelect
  readonly journeys: (PrintedSql & { readonly select: SqlSelect }) | null
}
export type Make<Question> = (question: Question) => Made

export type PreparedLimits = { readonly shapes: number; readonly bytes: number }
const LIMITS: PreparedLimits = { shapes: 2_000, bytes: 128 * 2 ** 20 }
/** Statements of one shape, which differ in what its times decide: today's and yesterday's. */
const MAX_OF_SHAPE = 4
/** A shape whose statements are hardly ever asked for again is not prepared any more. */
const MAX_IN_VAIN = 8
/** Heap of a kept statement with its plan and its tree, for each letter of its text: measured, some 14. */
const BYTES_PER_LETTER = 16

type Known = { readonly prepared: Prepared[]; bytes: number; hits: number; made: number; isRefused: boolean }

/**
 * Statements that are kept for the next question of the same shape. The shape is all of the bound question, the tenant, its row filters, masks and
 * segments included, and of its times only which of them are equal; what a statement was made from besides is part of what it is kept for (Trace).
 * A shape is prepared when it is asked for the second time, and only kept where it gives back, letter by letter, what is compiled without it.
 */
export class PreparedPlans {
  readonly #limits: PreparedLimits
  /** The one that was asked for last comes last. */
  readonly #shapes = new Map<string, Known>()
  readonly #counts = { hits: 0, misses: 0, prepared: 0, refused: 0, evicted: 0 }
  #bytes = 0

  constructor(limits: PreparedLimits = LIMITS) {
    this.#limits = limits
  }

  get counts() {
    return { ...this.#counts, shapes: this.#shapes.size, bytes: this.#bytes }
  }

  make<Question extends Plain>(question: Question, make: Make<Question>): Made {
    const shape = shapeOf(question)
    const known = this.#shapes.get(shape.text)
    if (known !== undefined) {
      this.#shapes.delete(shape.text)
      this.#shapes.set(shape.text, known)
      for (const each of known.prepared) {
        const filled = fill(each, shape.times)
        if (filled === null) continue
        known.hits += 1
        this.#counts.hits += 1
        return filled
      }
    }
    this.#counts.misses += 1
    const made = make(question)
    if (known === undefined) this.#add(shape)
    else if (!known.isRefused) this.#prepare(known, { question, shape, make, made })
    return made
  }

  #add({ text }: Shape): void {
    const bytes = 2 * text.length
    this.#shapes.set(text, { prepared: [], bytes, hits: 0, made: 0, isRefused: false })
    this.#grow(bytes)
  }

  #prepare<Question extends Plain>(known: Known, { question, shape, make, made }: Asked<Question>): void {
    const trace = new Trace(shape.times)
    const prepared = prepare(make(traced(question, trace)), trace, shape.times)
    const filled = fill(prepared, shape.times)
    known.made += 1
    const isRight = filled !== null && isSame(filled, made)
    known.isRefused = !isRight || known.made > MAX_IN_VAIN + known.hits
    if (!isRight) this.#counts.refused += 1
    if (known.isRefused) return
    this.#counts.prepared += 1
    known.prepared.unshift(prepared)
    const dropped = known.prepared.length > MAX_OF_SHAPE ? known.prepared.pop() : undefined
    const bytes = bytesOf(prepared) - (dropped === undefined ? 0 : bytesOf(dropped))
    known.bytes += bytes
    this.#grow(bytes)
  }

  /** The shapes that were not asked for longest make room. */
  #grow(bytes: number): void {
    this.#bytes += bytes
    for (const [text, known] of this.#shapes) {
      if (this.#bytes <= this.#limits.bytes && this.#shapes.size <= this.#limits.shapes) return
      this.#shapes.delete(text)
      this.#bytes -= known.bytes
      this.#counts.evicted += 1
    }
  }
}

type Asked<Question> = { readonly question: Question; readonly shape: Shape; readonly make: Make<Question>; readonly made: Made }

const bytesOf = ({ statements }: Prepared): number =>
  BYTES_PER_LETTER * statements.reduce((letters, { texts }) => letters + texts.reduce((sum, text) => sum + text.length, 0), 0)
