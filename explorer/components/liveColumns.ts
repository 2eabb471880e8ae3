import { formatFigure, formatInstant } from '../design/format.ts'
import type { LiveEntry } from '../operations/liveStream.ts'
import type { Column } from './table.ts'

/** How long before the conversion the touch was: 3 min, 5 h, 2 d. */
export function ageOf(touchedAt: string, occurredAt: string): string {
  const minutes = Math.max(0, Math.round((Date.parse(occurredAt) - Date.parse(touchedAt)) / 60_000))
  if (minutes < 90) return `${minutes} min`
  const hours = Math.round(minutes / 60)
  return hours < 36 ? `${hours} h` : `${Math.round(hours / 24)} d`
}

/** Why it is credited as it is, in few words; the whole sentence is `decision.reason`. */
export function creditOf({ decision, occurredAt, isTest }: Pick<LiveEntry, 'decision' | 'occurredAt' | 'isTest'>): string {
  if (isTest || decision === null) return 'made up'
  if (decision.matchedBy === 'touch_fields') return 'named by the event'
  if (decision.matchedBy === 'user_id' && decision.touchedAt !== null) return `touch ${ageOf(decision.touchedAt, occurredAt)} before`
  return 'no touch found'
}

/** A test is nobody's: it is not organic either. */
export function campaignOf({ campaign, decision, isTest }: Pick<LiveEntry, 'campaign' | 'decision' | 'isTest'>): string {
  if (campaign !== null) return campaign.name ?? campaign.id
  if (isTest) return '–'
  return decision?.kind === 'attributed' ? 'No campaign' : 'Organic'
}

const nameOf = (entity: { readonly id: string; readonly name: string | null } | null): string | null => (entity === null ? null : (entity.name ?? entity.id))

/** Amounts come in the currency of the event. */
export const moneyText = (money: LiveEntry['revenue']): string =>
  money === null ? '–' : formatFigure(money.amount, { type: 'Decimal', unit: 'currency', currency: money.currency })

/** The columns of the feed, in the reader's own zone. */
export const liveColumns = (timeZone: string): readonly Column<LiveEntry>[] => [
  { key: 'time', title: 'Recorded', kind: 'text', value: (row) => row.recordedAt, text: (row) => formatInstant(row.recordedAt, timeZone) },
  { key: 'event', title: 'Event', kind: 'text', value: (row) => row.event },
  { key: 'campaign', title: 'Campaign', kind: 'text', value: campaignOf },
  { key: 'credit', title: 'Credited by', kind: 'text', value: creditOf },
  { key: 'partner', title: 'Partner', kind: 'text', value: (row) => nameOf(row.partner) },
  { key: 'revenue', title: 'Revenue', kind: 'number', value: (row) => row.revenue?.amount ?? null, text: (row) => moneyText(row.revenue) },
  { key: 'currency', title: 'Currency', kind: 'text', value: (row) => row.revenue?.currency ?? null },
  { key: 'app', title: 'App', kind: 'text', value: (row) => nameOf(row.app) },
  { key: 'country', title: 'Country', kind: 'text', value: (row) => row.country },
  { key: 'platform', title: 'Platform', kind: 'text', value: (row) => row.platform },
  { key: 'user', title: 'User', kind: 'text', value: (row) => row.userId },
  { key: 'correction', title: 'Correction', kind: 'text', value: (row) => row.correction },
  { key: 'test', title: 'Test', kind: 'text', value: (row) => (row.isTest ? 'yes' : 'no') },
]
