import { ALWAYS, all, eventIs, IS_ACTIVITY, NO_TOUCH, not, type Condition } from '../../model/condition.ts'
import type { Aggregate, MeasureDefinition, NumberAggregate } from '../../model/measures.ts'
import { measureNamed } from '../../model/measures.ts'
import { numberAggregates } from '../../model/measureDefinition.ts'
import type { BoundMeasure, Compare } from '../bound.ts'

/** The arguments of a measure; null and false are not given. */
export type MeasureArguments = {
  /** The name of an event. */
  readonly event: string | null
  readonly property: string
  readonly as: NumberAggregate
  readonly level: number
  readonly days: number
  readonly isApproximate: boolean
  readonly compare: Compare | null
}

/** As the schema has them. */
const DEFAULT_DAYS = 30
const DEFAULT_LEVEL = 0.5
const compares: readonly Compare[] = ['PREVIOUS_PERIOD', 'SAME_WEEKDAYS', 'PREVIOUS_YEAR']

/** Of a selected field, or none for a measure that is named without any. */
export function readArguments(args: Readonly<Record<string, unknown>>): MeasureArguments {
  const event = args['name'] ?? args['event']
  return {
    event: typeof event === 'string' ? event : null,
    property: typeof args['property'] === 'string' ? args['property'] : '',
    as: numberAggregates.find((each) => each === args['as']) ?? 'SUM',
    level: typeof args['level'] === 'number' ? args['level'] : DEFAULT_LEVEL,
    days: typeof args['days'] === 'number' ? args['days'] : DEFAULT_DAYS,
    isApproximate: args['approximate'] === true,
    compare: compares.find((each) => each === args['compare']) ?? null,
  }
}

/** The arguments that are the measure's when none is given, as they are part of its key. */
export const defaultArguments = (definition: MeasureDefinition): Readonly<Record<string, unknown>> =>
  definition.kind === 'stickiness' ? { days: DEFAULT_DAYS } : {}

/** What the measure is made of; not for a lifecycle, which is several numbers, and for what is told of another measure. */
export function boundMeasure(
  definition: Exclude<MeasureDefinition, { kind: 'lifecycle' | 'share' | 'running' }>,
  args: MeasureArguments & { readonly key: string },
): BoundMeasure {
  const { key, compare } = args
  const head = { key, name: definition.name, compare }
  switch (definition.kind) {
    case 'base':
      return { ...head, kind: 'base', aggregate: estimated(definition.aggregate, args) }
    case 'named':
      return { ...head, kind: 'base', aggregate: estimated(definition.aggregateFor(args.event ?? ''), args) }
    case 'ratio':
      return {
        ...head,
        kind: 'ratio',
        numerator: aggregateOf(definition.numerator),
        less: definition.less === undefined ? null : aggregateOf(definition.less),
        denominator: aggregateOf(definition.denominator),
        times: definition.times ?? 1,
        as: definition.type === 'Float' ? 'float' : 'decimal',
      }
    case 'difference':
      return { ...head, kind: 'difference', from: aggregateOf(definition.from), less: aggregateOf(definition.less) }
    case 'number':
      return boundNumber(args, head)
    case 'value':
      return {
        ...head,
        kind: 'base',
        aggregate: { kind: 'value', of: all(rowsOf(args.event), hasProperty(args.property)), property: args.property, at: definition.at },
      }
    case 'over':
      return { ...head, kind: 'base', aggregate: { kind: 'usersOver', days: args.days, isTotal: false } }
    case 'stickiness': {
      const denominator: Aggregate = { kind: 'usersOver', days: args.days, isTotal: false }
      return { ...head, kind: 'ratio', numerator: { kind: 'countUsers', of: IS_ACTIVITY }, less: null, denominator, times: 1, as: 'float' }
    }
  }
}

function boundNumber({ event, property, as, level }: MeasureArguments, head: Pick<BoundMeasure, 'key' | 'name' | 'compare'>): BoundMeasure {
  const aggregate = (kind: Exclude<NumberAggregate, 'AVERAGE'> | 'COUNT'): Aggregate => {
    const levelMillionths = kind === 'QUANTILE' ? Math.round(level * MILLION) : 0
    return { kind: 'number', of: rowsOf(event), property, as: kind, levelMillionths }
  }
  if (as !== 'AVERAGE') return { ...head, kind: 'base', aggregate: aggregate(as) }
  return { ...head, kind: 'ratio', numerator: aggregate('SUM'), less: null, denominator: aggregate('COUNT'), times: 1, as: 'decimal' }
}

const MILLION = 1_000_000

/** The rows whose property is looked at. */
const rowsOf = (event: string | null): Condition => (event === null ? NO_TOUCH : eventIs(event))
const hasProperty = (name: string): Condition => (name === '' ? ALWAYS : not({ kind: 'oneOf', operand: { kind: 'property', name }, values: [''] }))

const estimated = (aggregate: Aggregate, { isApproximate }: MeasureArguments): Aggregate =>
  aggregate.kind === 'countUsers' && isApproximate ? { ...aggregate, isApproximate } : aggregate

function aggregateOf(name: string): Aggregate {
  const measure = measureNamed(name)
  if (measure?.kind !== 'base') throw new Error(`A ratio is made of base measures; ${name} is none.`)
  return measure.aggregate
}
