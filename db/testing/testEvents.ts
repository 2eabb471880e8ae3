import { randomUUID } from 'node:crypto'
import { readConfig } from '#ops/config.ts'
import { createClickHouse, type ClickHouseClient } from '../clickhouse/client.ts'
import type { ClickHouseUser } from '../clickhouse/policies.ts'
import type { StoredEvent } from '../clickhouse/storedEvent.ts'

/** A client of the ClickHouse that `npm test` started, as one of its users; close it in `afterAll`. */
export function openTestClickHouse(user: ClickHouseUser): ClickHouseClient {
  const { clickhouse, clickhousePasswords } = readConfig.owner()
  return createClickHouse({ ...clickhouse, user, password: clickhousePasswords[user] })
}

/** A row of `events` with everything absent that is not given, a purchase without an amount at 2026-01-01 12:00 UTC by default. */
export function testEvent(given: Partial<StoredEvent> & Pick<StoredEvent, 'tenant_id' | 'app_id'>): StoredEvent {
  return {
    user_id: 'user-1',
    event: 'purchase',
    occurred_at: '2026-01-01 12:00:00.000',
    recorded_at: '2026-01-01 12:00:01.000',
    event_id: randomUUID(),
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
    original_amount: '0',
    original_currency: '',
    is_refund: false,
    properties: {},
    device_ids: {},
    device_sealed: '',
    copy_group: '0',
    ...given,
  }
}
