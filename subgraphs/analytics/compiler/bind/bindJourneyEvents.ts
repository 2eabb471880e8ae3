import type { Issue } from '#ops/service/issues.ts'
import type { BoundJourneyEvents } from '../bound.ts'
import type { CompileContext } from '../compile.ts'
import type { JourneyEventsRequest } from '../request.ts'
import { rowFilterOf } from './bindCommon.ts'
import { readColumns } from './bindEvents.ts'
import { bindAttributionCell, CELL_PATH } from './bindUsers.ts'
import { hidesUsers, maskedIssue } from './masks.ts'

/** The question of the cell is bound as the asker's own, as for the users behind it. */
export function bindJourneyEvents(
  { of, part, limit }: JourneyEventsRequest,
  context: CompileContext,
): { readonly bound: BoundJourneyEvents | null; readonly issues: readonly Issue[] } {
  // What is told of each journey: whoever may not see it of all of them together may not see it of one.
  const hidden = [...(hidesUsers(context.masks) ? ['userId'] : []), ...(context.masks.includes('conversions') ? ['conversions'] : [])]
  const masked = hidden.map((name) => maskedIssue(name, [...CELL_PATH]))
  const { bound: cell, issues: found } = bindAttributionCell(of, context)
  const issues = [...masked, ...found.map((each) => ({ ...each, path: [...CELL_PATH, ...each.path] }))]
  if (issues.length > 0 || cell === null) return { bound: null, issues }
  const columns = ['user_id' as const, ...readColumns(context.masks).filter((column) => column !== 'properties')]
  const bound = { kind: 'journeyEvents' as const, tenantId: context.tenantId, rowFilter: rowFilterOf(context), of: cell, part, columns, limitRows: limit }
  return { bound, issues: [] }
}
