import type { Issue } from '#ops/service/issues.ts'
import { limits } from '../../model/limits.ts'
import type { BoundCell, BoundUsers } from '../bound.ts'
import type { CompileContext } from '../compile.ts'
import { issue } from '../issues.ts'
import type { UserColumn } from '../layout.ts'
import type { CellQuestion, SelectedField, UsersRequest } from '../request.ts'
import { bindAttribution } from './bindAttribution.ts'
import { bindCohorts } from './bindCohorts.ts'
import { rowFilterOf, segmentScope } from './bindCommon.ts'
import { bindFunnel } from './bindFunnel.ts'
import { bindMetrics } from './bindMetrics.ts'
import { bindCounted } from './counted.ts'
import { FilterBinder } from './filter.ts'
import { hidesUsers, maskedIssue } from './masks.ts'
import { SegmentBinder } from './segments.ts'

export const CELL_PATH = ['input', 'cell']

/** The question of the cell is bound as the asker's own: what its maker could ask and the asker cannot is an issue. */
export function bindUsers(request: UsersRequest, context: CompileContext): { readonly bound: BoundUsers | null; readonly issues: readonly Issue[] } {
  const filters = new FilterBinder(context.masks, new SegmentBinder(segmentScope(context)))
  const where = filters.bind(request.where, ['input', 'where'])
  const { of, issues: cellIssues } = bindOf(request, context)
  const masked = hidesUsers(context.masks) ? [maskedIssue('userId', [...CELL_PATH])] : []
  const issues = [...masked, ...cellIssues, ...firstIssues(request.first), ...filters.allIssues()]
  if (issues.length > 0 || of === null) return { bound: null, issues }
  const bound: BoundUsers = {
    kind: 'users',
    tenantId: context.tenantId,
    rowFilter: rowFilterOf(context),
    of,
    where,
    columns: USER_COLUMNS.filter((column) => request.columns.includes(column) && !context.masks.includes(column)),
    wantsTotal: request.wantsTotal,
    after: request.after,
    limitRows: request.first,
  }
  return { bound, issues }
}

export const USER_COLUMNS: readonly UserColumn[] = ['firstSeen', 'country', 'platform']

export function firstIssues(first: number, maxFirst: number = limits.listedUsers): readonly Issue[] {
  if (first < 1) return [issue('FIRST_TOO_SMALL', ['first'], { first })]
  return first > maxFirst ? [issue('FIRST_TOO_LARGE', ['first'], { first, maxFirst })] : []
}

type Bound<Value> = { readonly bound: Value | null; readonly issues: readonly Issue[] }

function bindOf({ of }: UsersRequest, context: CompileContext): { readonly of: BoundUsers['of'] | null; readonly issues: readonly Issue[] } {
  if (of.kind === 'ids') return { of, issues: [] }
  const { bound, issues } = bindCell(of, context)
  return { of: bound, issues: issues.map((each) => ({ ...each, path: [...CELL_PATH, ...each.path] })) }
}

/** A field that stands for the number of the cell: whoever may not see the number may not see whom it counts. */
const field = (name: string): SelectedField => ({ responseKey: name, name, args: {}, path: [name], fields: [] })

type AttributionQuestion = CellQuestion & { readonly kind: 'attribution' }

export function bindAttributionCell(cell: AttributionQuestion, context: CompileContext): Bound<BoundCell & { readonly kind: 'attribution' }> {
  const { bound, issues } = bindAttribution({ kind: 'attribution', input: cell.input, rows: [], totals: null, asksTruncation: false }, context)
  return { bound: bound && { kind: 'attribution', question: bound, at: cell.at }, issues }
}

function bindCell(cell: CellQuestion, context: CompileContext): Bound<BoundCell> {
  switch (cell.kind) {
    case 'metrics': {
      const { bound, issues } = bindMetrics({ kind: 'metrics', input: cell.input, rows: [], totals: null, asksTruncation: false }, context)
      const counted = bindCounted(cell.at.of, context.masks)
      if ('issue' in counted) return { bound: null, issues: [...issues, counted.issue] }
      return { bound: bound && { kind: 'metrics', question: bound, at: cell.at, counted: counted.of }, issues }
    }
    case 'cohorts': {
      const number = cell.at.periods === null ? { rows: [field('size')], periods: [] } : { rows: [], periods: [field('users')] }
      const { bound, issues } = bindCohorts({ kind: 'cohorts', input: cell.input, ...number, mean: null, meanPeriods: [] }, context)
      return { bound: bound && { kind: 'cohorts', question: { ...bound, wantsUsers: true }, at: cell.at }, issues }
    }
    case 'funnel': {
      const { bound, issues } = bindFunnel({ kind: 'funnel', input: cell.input, rows: [], steps: [field('users')] }, context)
      return { bound: bound && { kind: 'funnel', question: bound, at: cell.at }, issues }
    }
    case 'attribution':
      return bindAttributionCell(cell, context)
  }
}
