import type { BoundCohorts, Bracket } from '../bound.ts'
import type { Span } from './nodes.ts'

/** Where the brackets of a question cut its periods: between two cuts nothing is told apart. null without brackets. */
export function runsOf({ brackets, periods }: BoundCohorts): readonly number[] | null {
  if (brackets === null) return null
  const cuts = new Set([0, periods, ...brackets.flatMap(({ from, to }) => [from, to + 1])])
  return [...cuts].toSorted((a, b) => a - b)
}

/** The spans to be merged, and by bracket the number of the period that holds its users and its payers. */
export type MergedPeriods = { readonly spans: readonly Span[]; readonly at: { readonly users: readonly number[]; readonly payers: readonly number[] } }

/** null when each bracket is one run, or no distinct users are asked for: then nothing has to be merged. */
export function spansOf(bound: BoundCohorts): MergedPeriods | null {
  const { brackets, periods, isUnbounded, wantsUsers, wantsPayers } = bound
  if (brackets === null) return null
  const cuts = runsOf(bound) ?? []
  const isCut = ({ from, to }: Bracket) => cuts.some((cut) => cut > from && cut <= to)
  // Users of a period or any later one are added up from those of whom it is the last.
  const hasDistinct = wantsPayers || (wantsUsers && !isUnbounded)
  if (!hasDistinct || !brackets.some(isCut)) return null
  const spans = new Map<string, Span>()
  const keyOf = ({ from, before }: Span) => `${from} ${before ?? ''}`
  const add = (span: Span): Span => {
    spans.set(keyOf(span), span)
    return span
  }
  const bounded = ({ from, to }: Bracket): Span => ({ from, before: to + 1 })
  const users = wantsUsers ? brackets.map((each) => add(isUnbounded ? { from: each.from, before: null } : bounded(each))) : []
  const payers = wantsPayers ? brackets.map((each) => add(bounded(each))) : []
  const numbers = new Map([...spans.keys()].map((key, i) => [key, periods + 1 + i]))
  const numberOf = (span: Span): number => numbers.get(keyOf(span)) ?? 0
  return { spans: [...spans.values()], at: { users: users.map(numberOf), payers: payers.map(numberOf) } }
}
