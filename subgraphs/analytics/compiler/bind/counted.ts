import { nearestWords, type Issue } from '#ops/service/issues.ts'
import { ALWAYS, type Condition } from '../../model/condition.ts'
import { measureNamed, measures, partsOf } from '../../model/measures.ts'
import { issue } from '../issues.ts'
import { hidesAny, maskedIssue, type Masks } from './masks.ts'

/** The rows by which a user counts for a measure: any for none. */
export function bindCounted(name: string | null, masks: Masks): { readonly of: Condition } | { readonly issue: Issue } {
  if (name === null) return { of: ALWAYS }
  const measure = measureNamed(name)
  if (measure?.kind !== 'base' || measure.aggregate.kind === 'sumCost')
    return { issue: issue('NOT_OF_USERS', ['of'], { name, didYouMean: nearestWords(name, COUNTED) }) }
  return hidesAny(masks, partsOf(measure)) ? { issue: maskedIssue(name, ['of']) } : { of: measure.aggregate.of }
}

const COUNTED = measures.flatMap((measure) => (measure.kind === 'base' && measure.aggregate.kind !== 'sumCost' ? [measure.name] : []))
