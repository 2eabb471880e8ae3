import { GraphQLError } from 'graphql'
import type { BoundMetrics } from '../compiler/bound.ts'
import type { MetricsCell } from '../compiler/cell.ts'
import type { CompileContext, Compiled, PlanOptions } from '../compiler/compile.ts'
import { compileEmpty, compileFamily, kinshipsOf, rowsByMember, type Kinship } from '../compiler/family.ts'
import type { SelectedField } from '../compiler/request.ts'
import type { SealCell } from './cells.ts'
import type { Asker, MetricsAnswer } from './answers.ts'
import type { QueryRows } from './runQuery.ts'
import { shapeMetrics } from './shapeMetrics.ts'

export type CompiledMetrics = {
  readonly compiled: Compiled<BoundMetrics>
  readonly context: CompileContext
  readonly asOf: Date
  readonly asker: Asker
  readonly seal: SealCell<MetricsCell>
  readonly explain: boolean
  /** Whether its statement is asked for, or what that read: then it has one of its own. */
  readonly tellsOfItself: boolean
}

export type Together = Pick<PlanOptions, 'passes'> & {
  readonly alone: (asked: CompiledMetrics) => Promise<MetricsAnswer>
  /** Runs a statement for some of them. */
  readonly run: (statement: Compiled<BoundMetrics>, members: Some<CompiledMetrics>) => Promise<QueryRows>
}

export type Some<Value> = readonly [Value, ...Value[]]
type Member = { readonly asked: CompiledMetrics; readonly kinship: Kinship }
/** A statement and what it answered. */
type Ran = { readonly compiled: Compiled<BoundMetrics>; readonly found: QueryRows }
type Answered = readonly [CompiledMetrics, Promise<MetricsAnswer>]

/** Values that one statement asks for, and rows that it may answer. */
const MOST_VALUES = 500
const MOST_ROWS = 50_000

const OF_THE_ANSWER: ReadonlySet<string> = new Set(['asOf', 'isApproximate', 'isTruncated'])

export const tellsOfItself = (selection: readonly SelectedField[]): boolean =>
  selection.some(({ name, fields }) => name === 'info' && fields.some((field) => !OF_THE_ANSWER.has(field.name)))

/** Answers each as if it had been asked alone, those of a family by one statement, and one after the other those that have none. */
export function answerTogether(questions: readonly CompiledMetrics[], together: Together): (asked: CompiledMetrics) => Promise<MetricsAnswer> {
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = (asked: CompiledMetrics): Promise<MetricsAnswer> => {
    const answer = last.then(() => together.alone(asked))
    last = answer.catch(() => {})
    return answer
  }
  const families = familiesOf(questions)
  const answers = new Map<CompiledMetrics, Promise<MetricsAnswer>>(families.flatMap((family) => answersOf(family, { ...together, alone: inTurn })))
  return (asked) => answers.get(asked) ?? inTurn(asked)
}

/** The largest first; each question is in one at most. */
function familiesOf(questions: readonly CompiledMetrics[]): readonly Some<Member>[] {
  const left = new Set(questions.filter(({ explain, tellsOfItself: tells }) => !explain && !tells))
  const akin = [...left].flatMap((asked) => kinshipsOf(asked.compiled.bound).map((kinship): Member => ({ asked, kinship })))
  const byKey = [...Map.groupBy(akin, ({ kinship }) => kinship.key).values()].toSorted((a, b) => b.length - a.length)
  return byKey.flatMap((members) => {
    const free = members.filter(({ asked }) => left.has(asked))
    const families = chunksOf(free).filter(({ length }) => length > 1)
    for (const { asked } of families.flat()) left.delete(asked)
    return families
  })
}

function chunksOf(members: readonly Member[]): readonly Some<Member>[] {
  const [first] = members
  if (first === undefined) return []
  const { groups, limitRows } = first.kinship.bound
  const size = Math.max(1, Math.min(MOST_VALUES, groups.length === 0 ? MOST_VALUES : Math.floor(MOST_ROWS / (limitRows + 2))))
  const [chunk, rest] = [members.slice(1, size), members.slice(size)]
  return [[first, ...chunk], ...chunksOf(rest)]
}

function answersOf(family: Some<Member>, together: Together): readonly Answered[] {
  const [first, ...others] = family
  const statement = compileFamily([first.kinship, ...others.map(({ kinship }) => kinship)], together)
  if (statement === null) return []
  const run = (compiled: Compiled<BoundMetrics>): Promise<QueryRows> => together.run(compiled, [first.asked, ...others.map(({ asked }) => asked)])
  const found = run(statement)
  const answer = answerer({ statement, found, rowsOf: found.then(({ rows }) => rowsByMember(rows)) }, { ...together, run })
  return family.map((member) => [member.asked, answer(member)])
}

type Found = {
  readonly statement: Compiled<BoundMetrics>
  readonly found: Promise<QueryRows>
  readonly rowsOf: Promise<ReturnType<typeof rowsByMember>>
}

type Ways = Pick<Together, 'alone' | 'passes'> & { readonly run: (statement: Compiled<BoundMetrics>) => Promise<QueryRows> }

function answerer({ statement, found, rowsOf }: Found, { alone, run, passes }: Ways): (member: Member) => Promise<MetricsAnswer> {
  // Over no rows all of them have the same numbers. Not as one of them has it now: of that something may have come meanwhile.
  let ofNothing: Promise<Ran> | null = null
  const nothing = async (): Promise<Ran> => {
    const compiled = compileEmpty(statement.bound, { passes })
    return { compiled, found: await run(compiled) }
  }

  return async ({ asked, kinship }) => {
    try {
      const rows = (await rowsOf).get(kinship.value)
      if (rows !== undefined) return shaped(asked, { compiled: statement, found: { ...(await found), rows } })
    } catch (error) {
      // Together they may be too large where each is not.
      if (error instanceof GraphQLError && error.extensions['code'] === 'QUERY_TOO_LARGE') return alone(asked)
      throw error
    }
    ofNothing ??= nothing()
    return shaped(asked, await ofNothing)
  }
}

/** As its own statement would have it: the columns are those of the statement that was run. */
function shaped(asked: CompiledMetrics, { compiled, found }: Ran): MetricsAnswer {
  const { rowsRead, bytesRead, elapsedMs } = found
  const answer = shapeMetrics({ ...compiled, bound: asked.compiled.bound }, found, asked)
  const info = { compiled: asked.compiled, rowsRead, bytesRead, elapsedMs, estimatedRows: null, estimatedBytes: null, asOf: asked.asOf }
  return { ...answer, info: { ...info, isTruncated: answer.isTruncated } }
}
