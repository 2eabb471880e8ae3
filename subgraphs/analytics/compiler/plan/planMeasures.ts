import type { Aggregate as AggregateSpec } from '../../model/measures.ts'
import type { BoundMeasure, BoundMetrics } from '../bound.ts'
import type { AggregateColumn, Derived, Told } from './nodes.ts'

export type PlannedMeasures = {
  readonly columns: readonly AggregateColumn[]
  readonly derived: readonly Derived[]
  readonly told: readonly Told[]
  /** The column of a measure by its key. */
  readonly nameOf: ReadonlyMap<string, string>
  /** The column of its total, where that is another one. */
  readonly totalOf: ReadonlyMap<string, string>
}

/** Columns as they come; that two measures share one is for a pass to see. */
export function planMeasures(bound: BoundMetrics): PlannedMeasures {
  const columns: AggregateColumn[] = []
  const derived: Derived[] = []
  const told: Told[] = []
  const nameOf = new Map<string, string>()
  const totalOf = new Map<string, string>()
  const put = (measure: CountedMeasure): string => {
    const window = 1 + bound.windows.findIndex(({ compare }) => compare === measure.compare)
    const add = (aggregate: AggregateSpec): string => {
      const name = `m${columns.length + 1}`
      columns.push({ name, aggregate, window })
      return name
    }
    if (measure.kind === 'base') return add(measure.aggregate)
    if (measure.kind === 'difference') {
      const name = `d${derived.length + 1}`
      derived.push({ name, from: add(measure.from), less: add(measure.less), as: 'whole' })
      return name
    }
    const name = `q${derived.length + 1}`
    const { times, as } = measure
    const numerator = add(measure.numerator)
    derived.push({ name, numerator, less: measure.less === null ? null : add(measure.less), denominator: add(measure.denominator), times, as })
    return name
  }
  // Only with buckets of time is the time of a row another than that of the totals.
  const needsTotals = bound.wantsTotals || bound.top !== null || bound.measures.some(({ kind }) => kind === 'share')
  const hasOwnTotals = needsTotals && bound.groups.some((group) => group.kind === 'time')
  for (const measure of bound.measures) {
    if (measure.kind === 'share' || measure.kind === 'running') {
      const of = nameOf.get(measure.of)
      if (of === undefined) throw new Error('What is told of a measure comes after it.')
      const name = `x${told.length + 1}`
      told.push(measure.kind === 'running' ? { kind: 'running', name, of } : { kind: 'share', name, of, ofTotal: totalOf.get(measure.of) ?? of })
      nameOf.set(measure.key, name)
      if (measure.kind === 'running') totalOf.set(measure.key, of)
      continue
    }
    nameOf.set(measure.key, put(measure))
    const total = hasOwnTotals ? totalMeasure(measure) : null
    if (total !== null) totalOf.set(measure.key, put(total))
  }
  return { columns, derived, told, nameOf, totalOf }
}

type CountedMeasure = Exclude<BoundMeasure, { kind: 'share' | 'running' }>

/** The measure as totals have it; null when it is the same. */
function totalMeasure(measure: CountedMeasure): CountedMeasure | null {
  const parts = partsOf(measure)
  if (parts.every((part) => totalAggregate(part) === part)) return null
  switch (measure.kind) {
    case 'base':
      return { ...measure, aggregate: totalAggregate(measure.aggregate) }
    case 'difference':
      return { ...measure, from: totalAggregate(measure.from), less: totalAggregate(measure.less) }
    case 'ratio':
      return { ...measure, numerator: totalAggregate(measure.numerator), denominator: totalAggregate(measure.denominator) }
  }
}

function partsOf(measure: CountedMeasure): readonly AggregateSpec[] {
  if (measure.kind === 'base') return [measure.aggregate]
  return measure.kind === 'difference' ? [measure.from, measure.less] : [measure.numerator, measure.denominator]
}

const totalAggregate = (aggregate: AggregateSpec): AggregateSpec =>
  aggregate.kind === 'newUsers' || aggregate.kind === 'usersOver' ? { ...aggregate, isTotal: true } : aggregate
