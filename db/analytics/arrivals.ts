import { z } from 'zod'
import type { RowFilter } from '#ops/security/permissions.ts'
import type { Opened, Vault } from '../crypto/vault.ts'
import { storedTime } from '../clickhouse/storedEvent.ts'
import { isUuid } from '../uuid.ts'
import { withSettings, withTenant, type Pool } from '../pool.ts'

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
  /** Null once the key of the tenant's personal data was destroyed. */
  readonly message: string | null
  /** The beginning of what was sent; null as `message`. */
  readonly raw: string | null
}

export type ArrivedQuestion = { readonly tenantId: string; readonly sinceMs: number; readonly first: number; readonly filters: readonly RowFilter[] }
/** SQL with its parameters, each with its type in the text. */
export type ReaderStatement = { readonly sql: string; readonly parameters: readonly { readonly name: string; readonly value: unknown }[] }

const COLUMN_OF_DIMENSION = {
  partner: 'partner_id',
  campaign: 'campaign_id',
  channel: 'channel',
  country: 'country',
  platform: 'platform',
  app: 'app_id',
} as const

/** The tenant's newest events, recorded since then, newest first, for a reader of ClickHouse that sends the signed statement of the tenant. */
export function arrivedEventsStatement({ tenantId, sinceMs, first, filters }: ArrivedQuestion): ReaderStatement {
  const since = storedTime(new Date(sinceMs))
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
  // wall: arrivals-of-tenant
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
const REFUSED = {
  name: 'analytics-refused-events',
  // wall: rejected-of-tenant
  text: `SELECT received_at, index, code, path, message, raw, is_sealed, sealed_message
         FROM rejected_events WHERE tenant_id = $1::uuid ORDER BY id DESC LIMIT $2::int`,
}

const refusedRow = z.object({
  received_at: z.date(),
  index: z.number(),
  code: z.string(),
  path: z.string(),
  message: z.string(),
  raw: z.instanceof(Buffer),
  is_sealed: z.boolean(),
  sealed_message: z.instanceof(Buffer).nullable(),
})

/** The tenant's newest rejected events, newest first. */
export async function readRefusedEvents(pool: Pool, { tenantId, first, vault }: RefusedQuestion): Promise<readonly RefusedEvent[]> {
  // The keys are in the common database, wherever the rows are.
  const open = await withSettings(pool, tenantId, (client) => vault.openerFor(client, tenantId))
  return withTenant(pool, tenantId, async (client) => {
    const { rows } = await client.query({ ...REFUSED, values: [tenantId, first] })
    return z
      .array(refusedRow)
      .parse(rows)
      .map(({ received_at: receivedAt, index, code, path, message, raw, is_sealed: isSealed, sealed_message: sealedMessage }) => ({
        receivedAt,
        index,
        code,
        path,
        message: sealedMessage === null ? message : textOf(open('rejected_events.message', sealedMessage)),
        raw: beginningOf(isSealed ? textOf(open('rejected_events.raw', raw)) : raw.toString('utf8')),
      }))
  })
}

export type RefusedQuestion = { readonly tenantId: string; readonly first: number; readonly vault: Vault }

const textOf = (opened: Opened): string | null => (typeof opened === 'string' ? null : opened.toString('utf8'))
const beginningOf = (text: string | null): string | null => (text === null ? null : Array.from(text).slice(0, RAW_CHARACTERS).join(''))
