import type { BoundJourneyEvents } from '../compiler/bound.ts'
import type { Compiled } from '../compiler/compile.ts'
import { IS_OF_CELL } from '../compiler/sql/lowerEvents.ts'
import type { JourneyEvents } from './journeysBehind.ts'
import type { QueryRows } from './runQuery.ts'
import { eventShape } from './shapeEvents.ts'

export function shapeJourneyEvents(
  { bound, select }: Compiled<BoundJourneyEvents>,
  answer: QueryRows,
  options: { readonly masks: readonly string[] },
): JourneyEvents {
  const shape = eventShape(bound.columns, options)
  const user = bound.columns.indexOf('user_id')
  const isOfCell = select.columns.findIndex(({ as }) => as === IS_OF_CELL)
  const events = answer.rows
    .slice(0, bound.limitRows)
    .map((cells) => ({ userId: String(cells[user]), event: shape(cells), isOfRow: Number(cells[isOfCell]) === 1 }))
  return { events, hasMore: answer.rows.length > bound.limitRows }
}
