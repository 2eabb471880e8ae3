import { nearestWords, type Issue } from '#ops/service/issues.ts'
import { ALWAYS, type Condition } from '../../model/condition.ts'
import { measureNamed, measures, partsOf, type MeasureDefinition } from '../../model/measures.ts'
import { issue } from '../issues.ts'
import { hidesAny, maskedIssue, type Masks } from './masks.ts'

/** The rows by which a user counts for a measure: any for none. */
export function bindCounted(name: string | null, masks: Masks): { readonly of: Condition } | { readonly issue: Issue } {
  if (name === null) return { of: ALWAYS }
  const measure = measureNamed(name)
  const of = measure === null ? null : countedBy(measure)
  if (measure === null || of === null) return { issue: issue('NOT_OF_USERS', ['of'], { name, didYouMean: nearestWords(name, COUNTED) }) }
  return hidesAny(masks, partsOf(measure)) ? { issue: maskedIssue(name, ['of']) } : { of }
}

/** The rows that a measure counts or sums, without arguments; null of any other. */
function countedBy(measure: MeasureDefinition): Condition | null {
  if (measure.kind !== 'base') return null
  const { aggregate } = measure
  return aggregate.kind === 'countRows' || aggregate.kind === 'countUsers' || aggregate.kind === 'sumRevenue' ? aggregate.of : null
}

const COUNTED = measures.flatMap((measure) => (countedBy(measure) === null ? [] : [measure.name]))
