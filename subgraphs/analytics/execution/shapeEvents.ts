import { z } from 'zod'
import type { Touch } from '#db/clickhouse/storedEvent.ts'
import type { BoundEvents } from '../compiler/bound.ts'
import type { Compiled } from '../compiler/compile.ts'
import type { EventColumn } from '../compiler/layout.ts'
import { shortestDecimal } from './decimals.ts'
import type { QueryRows } from './runQuery.ts'

/** An event of a user as the asker may see it: what is absent or masked is null. */
export type EventValue = {
  readonly id: string
  readonly event: string | null
  readonly occurredAt: Date
  readonly recordedAt: Date
  readonly touch: Touch
  readonly app: string | null
  readonly platform: string | null
  readonly country: string | null
  readonly channel: string | null
  readonly partner: string | null
  readonly campaign: string | null
  readonly adGroup: string | null
  readonly creative: string | null
  /** Exact text in the reporting currency. */
  readonly revenue: string | null
  readonly isRefund: boolean
  readonly properties: Readonly<Record<string, string>> | null
}
export type EventRows = { readonly events: readonly EventValue[]; readonly hasMore: boolean }

const touches = z.enum(['none', 'click', 'impression'])
const propertiesSchema = z.record(z.string(), z.string())

export function shapeEvents({ bound }: Compiled<BoundEvents>, answer: QueryRows, options: { readonly masks: readonly string[] }): EventRows {
  const shape = eventShape(bound.columns, options)
  return { events: answer.rows.slice(0, bound.limitRows).map(shape), hasMore: answer.rows.length > bound.limitRows }
}

/** Reads an event from the cells of a row, which begin with these columns. */
export function eventShape(columns: readonly EventColumn[], { masks }: { readonly masks: readonly string[] }): (cells: readonly unknown[]) => EventValue {
  const at = new Map(columns.map((column, i) => [column, i]))
  return (cells) => {
    const cell = (column: EventColumn): unknown => cells[at.get(column) ?? -1]
    const text = (column: EventColumn): string | null => {
      const value = cell(column)
      return typeof value === 'string' && value !== '' ? value : null
    }
    return {
      id: String(cell('event_id')),
      event: text('event'),
      occurredAt: new Date(Number(cell('occurred_at'))),
      recordedAt: new Date(Number(cell('recorded_at'))),
      touch: touches.parse(cell('touch')),
      app: text('app_id'),
      platform: text('platform'),
      country: text('country'),
      channel: text('channel'),
      partner: text('partner_id'),
      campaign: text('campaign_id'),
      adGroup: text('ad_group_id'),
      creative: text('creative_id'),
      revenue: at.has('revenue') ? shortestDecimal(cell('revenue')) : null,
      isRefund: cell('is_refund') === true,
      properties: at.has('properties') ? shownProperties(propertiesSchema.parse(cell('properties')), masks) : null,
    }
  }
}

/** A property is masked by its own name too. */
const shownProperties = (properties: Readonly<Record<string, string>>, masks: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(properties).filter(([name]) => !masks.includes(name)))
