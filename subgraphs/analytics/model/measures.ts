import { lifecycleParts, type MeasureDefinition } from './measureDefinition.ts'
import { measures } from './measureList.ts'

export type { Aggregate, EventAggregate, LifecyclePart, MeasureDefinition, NumberAggregate, PropertyAggregate, UserAggregate } from './measureDefinition.ts'
export { measures } from './measureList.ts'

const byName = new Map(measures.map((measure) => [measure.name, measure]))

/** Those that cannot be told without costs, wherever they are asked for. */
export const needsCosts = (measure: MeasureDefinition): boolean =>
  measure.kind === 'base'
    ? measure.aggregate.kind === 'sumCost'
    : measure.kind === 'ratio' && [measure.numerator, measure.less, measure.denominator].includes('cost')

/** The fields whose values a measure tells of: itself, what it is made of, and `revenue` for any sum of it. */
export function partsOf(measure: MeasureDefinition): readonly string[] {
  switch (measure.kind) {
    case 'base':
      if (measure.aggregate.kind === 'newUsers') return [measure.name, 'activeUsers']
      return measure.aggregate.kind === 'sumRevenue' ? [measure.name, 'revenue'] : [measure.name]
    case 'named':
    case 'number':
    case 'value':
      return [measure.name]
    case 'ratio':
      return [measure.name, ...[measure.numerator, measure.less, measure.denominator].flatMap((name) => partsOfNamed(name ?? ''))]
    case 'difference':
      return [measure.name, ...[measure.from, measure.less].flatMap(partsOfNamed)]
    case 'over':
      return [measure.name, 'activeUsers']
    case 'stickiness':
      return [measure.name, 'activeUsers', 'activeUsersOver']
    case 'lifecycle':
      return [measure.name, 'activeUsers', ...lifecycleParts]
    case 'share':
    case 'running':
      return [measure.name]
  }
}

function partsOfNamed(name: string): readonly string[] {
  const measure = byName.get(name)
  return measure === undefined ? [] : partsOf(measure)
}

/** Whether it cannot be asked for by its name alone. */
export const needsArguments = (measure: MeasureDefinition): boolean =>
  ['named', 'number', 'value', 'over', 'lifecycle', 'share', 'running'].includes(measure.kind)

/** Whether it counts distinct users, which may be estimated. */
export const canBeApproximate = (measure: MeasureDefinition): boolean =>
  measure.name === 'activeUsers' || measure.name === 'payers' || measure.name === 'eventUsers'

/** Whether those of several rows add up to that of all of them. */
export const isAdditive = (measure: MeasureDefinition): boolean =>
  measure.kind === 'base' && ['countRows', 'sumRevenue', 'sumCost'].includes(measure.aggregate.kind)

/** null for a name that is no measure. */
export const measureNamed = (name: string): MeasureDefinition | null => byName.get(name) ?? null
