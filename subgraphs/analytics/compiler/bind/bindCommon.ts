import type { Issue } from '#ops/service/issues.ts'
import { all, type Condition } from '../../model/condition.ts'
import { operandOf } from '../../model/dimensions.ts'
import type { BoundGroup } from '../bound.ts'
import type { CompileContext } from '../compile.ts'
import { issue } from '../issues.ts'
import type { FilterInput, GroupByInput, RangeInput } from '../request.ts'
import { FilterBinder, oneOf } from './filter.ts'
import { bindGroups } from './groups.ts'
import { bindRange, type TimeRange } from './range.ts'
import { NO_SEGMENTS, SegmentBinder, type SegmentScope } from './segments.ts'
import { bindTimeZone } from './timeZone.ts'

type CommonInput = {
  readonly range: RangeInput
  readonly timeZone: string
  readonly groupBy: readonly GroupByInput[]
  readonly where?: FilterInput | null
  readonly limit: number
}

export type BoundCommon = {
  readonly tenantId: string
  readonly rowFilter: Condition
  readonly range: TimeRange
  readonly timeZone: string
  readonly groups: readonly BoundGroup[]
  readonly where: Condition
  readonly limitRows: number
}

/**
 * What all analyses share. The question is null when its range or time zone is wrong; the groups are there in any case, so that names can be
 * judged. `filters` goes on counting in what the analysis binds itself, and its issues come last.
 */
export function bindCommon(
  input: CommonInput,
  options: { readonly context: CompileContext; readonly allowsTime: boolean; readonly maxRows: number },
): {
  readonly question: BoundCommon | null
  readonly groups: readonly BoundGroup[]
  readonly filters: FilterBinder
  readonly issues: readonly Issue[]
} {
  const { context, allowsTime, maxRows } = options
  const filters = new FilterBinder(context.masks, new SegmentBinder(segmentScope(context)))
  const zone = bindTimeZone(input.timeZone)
  const timeZone = 'timeZone' in zone ? zone.timeZone : null
  const { range, issues: rangeIssues } = bindRange(input.range, { timeZone, nowMs: context.now.getTime() })
  const { groups, issues: groupIssues } = bindGroups(input.groupBy, { filters, allowsTime, masks: context.masks })
  const where = filters.bind(input.where, ['where'])
  const issues = [...rangeIssues, ...('issue' in zone ? [zone.issue] : []), ...groupIssues, ...limitIssues(input.limit, maxRows)]
  if (range === null || timeZone === null) return { question: null, groups, filters, issues }
  const question = { tenantId: context.tenantId, rowFilter: rowFilterOf(context), range, timeZone, groups, where, limitRows: input.limit }
  return { question, groups, filters, issues }
}

/** Whose rows tell of the members of segments, and which there are. */
export const segmentScope = (context: CompileContext): SegmentScope => ({
  ...context,
  segments: context.segments ?? NO_SEGMENTS,
  rowFilter: rowFilterOf(context),
})

function limitIssues(limit: number, maxLimit: number): readonly Issue[] {
  if (limit < 1) return [issue('LIMIT_TOO_SMALL', ['limit'], { limit })]
  return limit > maxLimit ? [issue('LIMIT_TOO_LARGE', ['limit'], { limit, maxLimit })] : []
}

const DIMENSION_OF_ROW_FILTER = { partner: 'PARTNER', campaign: 'CAMPAIGN', app: 'APP', channel: 'CHANNEL', country: 'COUNTRY', platform: 'PLATFORM' } as const

/** What the identity may see at all: every one of its filters must hold, whatever the question says. */
export function rowFilterOf({ rowFilters }: CompileContext): Condition {
  // wall: analysis-filters
  return all(...rowFilters.map((filter) => oneOf(operandOf(DIMENSION_OF_ROW_FILTER[filter.dimension]), filter.in)))
}
