import { z } from 'zod'
import type { RowFilter } from '#ops/security/permissions.ts'
import { isUuid } from '../uuid.ts'
import { withTenant, type Pool } from '../pool.ts'

/** An event that came in; '' is absent. */
export type ArrivedEvent = {
  readonly eventId: string
  readonly event: string
  readonly occurredAt: Date
  readonly recordedAt: Date
  readonly userId: string
  readonly country: string
  readonly platform: string
  readonly amount: string
  readonly currency: string
  readonly campaignId: string
  readonly appId: string
}

/** An event that was refused. */
export type RefusedEvent = {
  readonly receivedAt: Date
  /** Position in its request, from 0. */
  readonly index: number
  readonly code: string
  readonly path: string
  readonly message: string
  /** The beginning of what was sent. */
  readonly raw: string
}

export type ArrivedQuestion = { readonly tenantId: string; readonly sinceMs: number; readonly first: number; readonly filters: readonly RowFilter[] }
export type ArrivedStatement = { readonly sql: string; readonly parameters: readonly { readonly name: string; readonly value: unknown }[] }

const COLUMN_OF_DIMENSION = {
  partner: 'partner_id',
  campaign: 'campaign_id',
  channel: 'channel',
  country: 'country',
  platform: 'platform',
  app: 'app_id',
} as const

/** The tenant's newest events, recorded since then, newest first, for a reader of ClickHouse that sends the signed statement of the tenant. */
export function arrivedEventsStatement({ tenantId, sinceMs, first, filters }: ArrivedQuestion): ArrivedStatement {
  const since = new Date(sinceMs).toISOString().replace('T', ' ').replace('Z', '')
  const parameters: { readonly name: string; readonly value: unknown }[] = [
    { name: 'tenant', value: tenantId },
    { name: 'since', value: since },
    { name: 'first', value: first },
  ]
  const conditions = filters.map(({ dimension, in: values }, index) => {
    const name = `f${index}`
    const isApp = dimension === 'app'
    parameters.push({ name, value: isApp ? values.map((value) => value.toLowerCase()).filter(isUuid) : values })
    return ` AND has({${name}:Array(${isApp ? 'UUID' : 'String'})}, ${COLUMN_OF_DIMENSION[dimension]})`
  })
  const sql = `SELECT event_id, event, occurred_at, recorded_at, user_id, country, platform, toString(original_amount), original_currency, campaign_id, app_id
    FROM events WHERE tenant_id = {tenant:UUID} AND recorded_at >= {since:DateTime64(3, 'UTC')}${conditions.join('')}
    ORDER BY recorded_at DESC, occurred_at DESC, event_id LIMIT {first:UInt32}`
  return { sql, parameters }
}

const time = z.string().transform((text) => new Date(`${text.replace(' ', 'T')}Z`))
const text = z.string()
const arrivedRow = z
  .tuple([text, text, time, time, text, text, text, text, text, text, text])
  .transform(([eventId, event, occurredAt, recordedAt, userId, country, platform, amount, currency, campaignId, appId]) => {
    return { eventId, event, occurredAt, recordedAt, userId, country, platform, amount, currency, campaignId, appId }
  })

/** The answer to `arrivedEventsStatement`, each row in the order of its columns. */
export const parseArrivedEvents = (rows: readonly unknown[]): readonly ArrivedEvent[] => z.array(arrivedRow).parse(rows)

const RAW_CHARACTERS = 500
// A character has at most four bytes; what is cut in two at the end is left out with what is over the limit.
const REFUSED = {
  name: 'analytics-refused-events',
  text: `SELECT received_at, index, code, path, message, substring(raw FROM 1 FOR ${RAW_CHARACTERS * 4}) AS raw
         FROM rejected_events WHERE tenant_id = $1::uuid ORDER BY id DESC LIMIT $2::int`,
}

/** The tenant's newest rejected events, newest first. */
export async function readRefusedEvents(
  pool: Pool,
  { tenantId, first }: { readonly tenantId: string; readonly first: number },
): Promise<readonly RefusedEvent[]> {
  type Row = Omit<RefusedEvent, 'raw' | 'receivedAt'> & { readonly raw: Buffer; readonly received_at: Date }
  const { rows } = await withTenant(pool, tenantId, (client) => client.query<Row>({ ...REFUSED, values: [tenantId, first] }))
  return rows.map(({ received_at: receivedAt, raw, ...row }) => ({
    ...row,
    receivedAt,
    raw: Array.from(raw.toString('utf8')).slice(0, RAW_CHARACTERS).join(''),
  }))
}
