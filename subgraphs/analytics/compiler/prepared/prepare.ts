import { INSTANT, instantText, type SqlSelect } from '../sql/ast.ts'
import type { PrintedSql, SqlParameter } from '../sql/print.ts'
import type { AnalyticsPlan } from '../plan/nodes.ts'
import type { Made } from './preparedPlans.ts'
import { dayOf, MARK_LENGTH, tracedIn, TracedTime, type Derived, type Trace } from './trace.ts'

/** A statement with gaps where its times stand. */
type Gapped = {
  readonly texts: readonly string[]
  /** Between the texts, as comments tell them. */
  readonly times: readonly Derived[]
  readonly parameters: readonly { readonly parameter: SqlParameter; readonly time: Derived | null }[]
  /** With traced times where the parameters have them. */
  readonly select: SqlSelect
}
export type Prepared = {
  readonly trace: Trace
  /** Of the slots that decided: the statement is for these values of them. */
  readonly decided: readonly (readonly [slot: number, value: number | undefined])[]
  readonly plan: AnalyticsPlan
  readonly statements: readonly Gapped[]
}

export function prepare(made: Made, trace: Trace, times: readonly number[]): Prepared {
  const { plan, journeys } = made
  const statements = [gapped(made, trace), ...(journeys === null ? [] : [gapped(journeys, trace)])]
  return { trace, decided: [...trace.decided].map((slot) => [slot, times[slot]]), plan, statements }
}

function gapped({ sql, parameters, select }: PrintedSql & { readonly select: SqlSelect }, trace: Trace): Gapped {
  return { ...trace.split(sql), parameters: parameters.map((parameter) => ({ parameter, time: tracedIn(parameter.value) })), select }
}

/** The statement for these times; null where it is not the one that would be compiled for them. */
export function fill(prepared: Prepared, times: readonly number[]): Made | null {
  if (prepared.decided.some(([slot, value]) => times[slot] !== value) || !prepared.trace.holdsFor(times)) return null
  const [rows, journeys] = prepared.statements.map((statement) => fillStatement(statement, { trace: prepared.trace, times }))
  if (rows === undefined || rows === null || journeys === null) return null
  return { ...rows, journeys: journeys ?? null, plan: planFor(prepared.plan, times) }
}

const timeOf = ({ slot, byMs }: Derived, times: readonly number[]): number => (times[slot] ?? Number.NaN) + byMs

/** As a parameter has it. */
const textOf = (time: Derived, times: readonly number[]): string => (time.isDay ? dayOf : instantText)(timeOf(time, times))

function fillStatement(
  { texts, times: gaps, parameters, select }: Gapped,
  { trace, times }: { readonly trace: Trace; readonly times: readonly number[] },
): Made['journeys'] {
  const filled = parameters.map(({ parameter, time }) => (time === null ? parameter : { ...parameter, value: textOf(time, times) }))
  // Equal times are one parameter, so those that are two must differ.
  const known = filled.filter(({ type }) => type === INSTANT || type === 'Date').map(({ type, value }) => `${type} ${String(value)}`)
  if (new Set(known).size < known.length) return null
  // The tree is printed again in parts where it is explained, so it has these times too, comments included.
  const shown = (time: TracedTime) => textOf(time, times)
  const comment = (text: string) => (text.length < MARK_LENGTH ? text : joined(trace.split(text), times))
  return { sql: joined({ texts, times: gaps }, times), parameters: filled, select: withTimes(select, { shown, comment }) }
}

function joined({ texts, times: gaps }: Pick<Gapped, 'texts' | 'times'>, times: readonly number[]): string {
  let text = texts[0] ?? ''
  for (const [i, gap] of gaps.entries()) {
    const ms = timeOf(gap, times)
    text += (gap.isDay ? dayOf(ms) : new Date(ms).toISOString()) + (texts[i + 1] ?? '')
  }
  return text
}

/** The plan with these times; what lies below its last node is only looked at by who asks for the plan itself. */
function planFor(plan: AnalyticsPlan, times: readonly number[]): AnalyticsPlan {
  let input: AnalyticsPlan['input'] | null = null
  return {
    ...plan,
    get input() {
      return (input ??= withTimes(plan.input, { shown: (time) => (time.isDay ? dayOf(timeOf(time, times)) : timeOf(time, times)), comment: (text) => text }))
    },
  }
}

type Shown = { readonly shown: (time: TracedTime) => string | number; readonly comment: (text: string) => string }

/** What has no time in it stays the same object. */
function withTimes<Value>(value: Value, { shown, comment }: Shown): Value {
  const copy = (each: unknown): unknown => {
    if (each instanceof TracedTime) return shown(each)
    if (typeof each === 'string') return comment(each)
    if (typeof each !== 'object' || each === null || each instanceof Map || each instanceof Set) return each
    if (Array.isArray(each)) {
      const items: readonly unknown[] = each
      const copies = items.map(copy)
      return copies.some((item, i) => item !== items[i]) ? copies : each
    }
    let changed: Record<string, unknown> | null = null
    for (const [member, of] of Object.entries(each)) {
      const copied = copy(of)
      if (copied === of) continue
      changed ??= { ...each }
      changed[member] = copied
    }
    return changed ?? each
  }
  return copy(value) as Value
}

/** Whether both say the same, letter by letter. */
export function isSame(a: Made, b: Made): boolean {
  return isSameText(a, b) && (a.journeys === null || b.journeys === null ? a.journeys === b.journeys : isSameText(a.journeys, b.journeys))
}

const isSameText = (a: PrintedSql, b: PrintedSql): boolean => a.sql === b.sql && JSON.stringify(a.parameters) === JSON.stringify(b.parameters)
