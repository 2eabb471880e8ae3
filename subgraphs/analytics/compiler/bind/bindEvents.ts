import type { Issue } from '#ops/service/issues.ts'
import { NO_TOUCH, not, ALWAYS } from '../../model/condition.ts'
import { hidesAny, type Masks } from './masks.ts'
import type { BoundEvents } from '../bound.ts'
import type { CompileContext } from '../compile.ts'
import type { EventColumn } from '../layout.ts'
import type { EventsRequest } from '../request.ts'
import { rowFilterOf } from './bindCommon.ts'

/** Which field of an event each column is shown as; those without a mask of their own are always read. */
const FIELDS: readonly (readonly [EventColumn, string])[] = [
  ['event_id', 'eventId'],
  ['event', 'event'],
  ['occurred_at', 'occurredAt'],
  ['recorded_at', 'recordedAt'],
  ['app_id', 'app'],
  ['platform', 'platform'],
  ['country', 'country'],
  ['touch', 'touch'],
  ['channel', 'channel'],
  ['partner_id', 'partner'],
  ['campaign_id', 'campaign'],
  ['ad_group_id', 'adGroup'],
  ['creative_id', 'creative'],
  ['revenue', 'revenue'],
  ['is_refund', 'isRefund'],
  ['properties', 'property'],
]
/** The order of the rows, and whether they are touches, is no secret of one who may see the user's rows at all. */
const ALWAYS_READ: readonly EventColumn[] = ['event_id', 'occurred_at', 'recorded_at', 'touch', 'is_refund']

/** Columns that a key masks are not read. */
export const readColumns = (masks: Masks): readonly EventColumn[] =>
  FIELDS.filter(([column, field]) => ALWAYS_READ.includes(column) || !hidesAny(masks, [field])).map(([column]) => column)

export function bindEvents(request: EventsRequest, context: CompileContext): { readonly bound: BoundEvents; readonly issues: readonly Issue[] } {
  const { userId, startMs, endMs, before, limit } = request
  const columns = readColumns(context.masks)
  const condition = request.touchesOnly ? not(NO_TOUCH) : ALWAYS
  const own = { userId, startMs, endMs, before, limitRows: limit }
  return { bound: { kind: 'events', tenantId: context.tenantId, rowFilter: rowFilterOf(context), condition, columns, ...own }, issues: [] }
}
