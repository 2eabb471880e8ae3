import type { CountJourneys } from '../../compiler/plan/nodes.ts'
import type { SqlSelect } from '../../compiler/sql/ast.ts'
import { JOURNEYS, KIND } from '../../compiler/sql/lowerJourneys.ts'
import { toMillionths } from '../decimals.ts'

/** So many paths, and what they brought, in millionths. `resampled` has the paths of each resample; nothing without them. */
export type Weight = { readonly paths: number; readonly revenue: bigint; readonly resampled: readonly number[] }

/** A group is the text of its values, each ended by a NUL. */
export type Group = string

/** From a state, the last groups of a path, the oldest first, to what comes next. */
export type Transition = Weight & { readonly from: readonly Group[]; readonly to: Group | null; readonly what: number }
/** Conversions with the group and so many different groups on their path. */
export type SetOf = Weight & { readonly group: Group; readonly groups: number }

export type Facts = {
  /** Of the highest order; those of a lower one are told from them. */
  readonly transitions: readonly Transition[]
  readonly sets: readonly SetOf[]
  /** Conversions without touches. */
  readonly untouched: Weight
  /** The groups that whereTouch shows. */
  readonly shown: ReadonlySet<Group>
}

export const NO_WEIGHT: Weight = { paths: 0, revenue: 0n, resampled: [] }

/** Reads what the statement has counted, in an order that does not depend on the server's. */
export function readFacts(rows: readonly (readonly unknown[])[], { select, node }: { readonly select: SqlSelect; readonly node: CountJourneys }): Facts {
  const at = new Map(select.columns.map((column, i) => [column.as, i]))
  const cell = (row: readonly unknown[], name: string): unknown => row[at.get(name) ?? row.length]
  const transitions: (Transition & { readonly key: string })[] = []
  const sets: (SetOf & { readonly key: string })[] = []
  const shown = new Set<Group>()
  let untouched = NO_WEIGHT
  for (const row of rows) {
    const weight: Weight = {
      paths: wholeOf(cell(row, JOURNEYS.paths)),
      revenue: node.wantsRevenue ? toMillionths(cell(row, JOURNEYS.revenue)) : 0n,
      resampled: node.resamples === 0 ? [] : listOf(cell(row, JOURNEYS.resampled)),
    }
    const [from, to] = [textOf(cell(row, JOURNEYS.from)), textOf(cell(row, JOURNEYS.to))]
    const what = wholeOf(cell(row, JOURNEYS.what))
    if (to !== '' && wholeOf(cell(row, JOURNEYS.isShown)) === 1) shown.add(to)
    if (from === '' && to === '') untouched = weight
    else if (wholeOf(cell(row, JOURNEYS.kind)) === KIND.set) sets.push({ ...weight, key: `${to}${what}`, group: to, groups: what })
    else transitions.push({ ...weight, key: `${from}${END}${to}${what}`, from: groupsOf(from, node), to: to === '' ? null : to, what })
  }
  return { transitions: inOrder(transitions), sets: inOrder(sets), untouched, shown }
}

const END = '\0'

function groupsOf(state: string, { input }: CountJourneys): readonly Group[] {
  const values = state.split(END).slice(0, -1)
  const size = Math.max(input.keys.length, 1)
  return Array.from({ length: values.length / size }, (_, i) =>
    values
      .slice(i * size, (i + 1) * size)
      .map((value) => value + END)
      .join(''),
  )
}

/** The group of a row of the answer, by the texts of its groups. */
export const groupOfTexts = (texts: readonly string[]): Group => (texts.length === 0 ? END : texts.map((text) => text + END).join(''))

export const textsOfGroup = (group: Group): readonly string[] => group.split(END).slice(0, -1)

const inOrder = <Fact extends { readonly key: string }>(facts: readonly Fact[]): readonly Fact[] =>
  facts.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))

function wholeOf(value: unknown): number {
  const number = Number(value)
  if (!Number.isSafeInteger(number)) throw new Error(`Not a whole number: ${JSON.stringify(value)}`)
  return number
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new Error(`Not a text: ${JSON.stringify(value)}`)
  return value
}

const listOf = (value: unknown): readonly number[] => (Array.isArray(value) ? value.map(wholeOf) : [])
