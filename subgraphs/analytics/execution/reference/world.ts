import { storedTime, type StoredEvent } from '#db/clickhouse/storedEvent.ts'

/** Everything that is stored, of several tenants and in no order. */
export type World = readonly StoredEvent[]

/** Milliseconds since 1970 UTC. */
export function occurredAt(row: StoredEvent): number {
  const known = instants.get(row)
  if (known !== undefined) return known
  const instant = Date.parse(`${row.occurred_at.replace(' ', 'T')}Z`)
  instants.set(row, instant)
  return instant
}

// Every period of every cohort asks for it again.
const instants = new WeakMap<StoredEvent, number>()

/** In-app activity of a known person: never an install, a refund or a touch. */
export const isActivity = (row: StoredEvent): boolean => row.user_id !== '' && row.touch === 'none' && row.event !== 'install' && !row.is_refund

/** A row with the given parts; the rest is absent. `at` is milliseconds or RFC 3339. */
export function storedEvent({
  at,
  ...parts
}: { at: number | string } & Pick<StoredEvent, 'tenant_id' | 'event' | 'event_id'> & Partial<StoredEvent>): StoredEvent {
  const time = storedTime(new Date(at))
  return {
    app_id: '00000000-0000-4000-8000-000000000001',
    user_id: '',
    occurred_at: time,
    recorded_at: time,
    touch: 'none',
    platform: '',
    country: '',
    app_version: '',
    channel: '',
    partner_id: '',
    campaign_id: '',
    ad_group_id: '',
    creative_id: '',
    revenue: '0',
    original_amount: parts.revenue ?? '0',
    original_currency: (parts.revenue ?? '0') === '0' ? '' : 'USD',
    is_refund: false,
    properties: {},
    device_ids: {},
    device_sealed: '',
    copy_group: '0',
    ...parts,
  }
}
