import type { Issue } from '#ops/service/issues.ts'
import type { BoundSegmentSize } from '../bound.ts'
import type { CompileContext } from '../compile.ts'
import type { SegmentSizeRequest } from '../request.ts'
import { segmentScope } from './bindCommon.ts'
import { FilterBinder } from './filter.ts'
import { RuleBinder } from './segmentRule.ts'
import { boundSegment, SegmentBinder } from './segments.ts'

/** A definition that is not saved is evaluated as of now; a saved one as it was saved. */
export function bindSegmentSize(
  { input, fields }: SegmentSizeRequest,
  context: CompileContext,
): { readonly bound: BoundSegmentSize | null; readonly issues: readonly Issue[] } {
  const wantsKnown = fields.some(({ name }) => name === 'share' || name === 'knownUsers')
  const scope = segmentScope(context)
  const { segment: id, definition } = input.of
  if (typeof id === 'string') {
    const filters = new FilterBinder(context.masks, new SegmentBinder(scope))
    const segment = filters.segment(id, ['of', 'segment'])
    const issues = filters.allIssues()
    return { bound: segment === null || issues.length > 0 ? null : { kind: 'segmentSize', segment, wantsKnown }, issues }
  }
  const filters = new FilterBinder(context.masks)
  const rules = new RuleBinder(filters, context.now.getTime())
  const rule = rules.bind(definition ?? {}, ['of', 'definition'])
  const issues = [...rules.issues, ...filters.allIssues()]
  if (issues.length > 0) return { bound: null, issues }
  return { bound: { kind: 'segmentSize', segment: boundSegment(rule, { ...scope, id: null, name: 'not saved', frozenAt: null }), wantsKnown }, issues }
}
