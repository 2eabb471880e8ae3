import type { ArrivedEvent } from '../operations/useArrivals.ts'
import { shortInstant } from '../design/shortInstant.ts'
import { moneyText } from './liveColumns.ts'
import type { Column } from './table.ts'

/** The columns of the events that came in, in the reader's own zone. */
export const arrivedColumns = (timeZone: string): readonly Column<ArrivedEvent>[] => [
  { key: 'recorded', title: 'Recorded', kind: 'text', value: (row) => row.recordedAt, text: (row) => shortInstant(row.recordedAt, timeZone) },
  { key: 'event', title: 'Event', kind: 'text', value: (row) => row.event },
  { key: 'campaign', title: 'Campaign', kind: 'text', value: (row) => row.campaign?.name ?? row.campaign?.id ?? null },
  { key: 'revenue', title: 'Revenue', kind: 'number', value: (row) => row.revenue?.amount ?? null, text: (row) => moneyText(row.revenue) },
  { key: 'app', title: 'App', kind: 'text', value: (row) => row.app?.name ?? row.app?.id ?? null },
  { key: 'country', title: 'Country', kind: 'text', value: (row) => row.country },
  { key: 'user', title: 'User', kind: 'text', value: (row) => row.userId },
  { key: 'occurred', title: 'Occurred', kind: 'text', value: (row) => row.occurredAt, text: (row) => shortInstant(row.occurredAt, timeZone) },
  { key: 'id', title: 'Event id', kind: 'text', value: (row) => row.eventId },
]
