import { z } from 'zod'
import { withTenant, type Pool, type PoolClient } from '#db/pool.ts'
import { CORRECTION_REASONS, decisionSchema, ENTRY_KINDS } from './appendLog.ts'
import { keptSinceMs, slotsBetween } from './days.ts'
import { printConditions, type LogCondition } from './logFilter.ts'

/** A place between two entries of a tenant's log. */
export type LogPosition = {
  /** Of the entry before it; 0n before the first. */
  readonly sequence: bigint
  /** Every entry behind it was recorded then or later. */
  readonly recordedAtMs: number
}

/** Where the log begins, and where it ends before anything is in it. */
export const LOG_START: LogPosition = { sequence: 0n, recordedAtMs: 0 }

/** What retention took away: entries recorded from then to then, the end not included. */
export type LogGap = { readonly fromMs: number; readonly toMs: number }

/** Two gaps, the first perhaps none, with nothing told between them. */
export const joinGaps = (first: LogGap | null, second: LogGap | null): LogGap | null =>
  first === null || second === null ? (first ?? second) : { fromMs: first.fromMs, toMs: second.toMs }

const entryRow = z.object({
  sequence: z.coerce.bigint(),
  id: z.string(),
  kind: z.enum(ENTRY_KINDS),
  event: z.string(),
  appId: z.string().nullable(),
  userId: z.string(),
  occurredAt: z.date(),
  recordedAt: z.date(),
  originalAmount: z.string().nullable(),
  originalCurrency: z.string(),
  platform: z.string(),
  country: z.string(),
  partnerId: z.string(),
  campaignId: z.string(),
  decision: decisionSchema,
  supersedes: z.string().nullable(),
  reason: z.enum(['', ...CORRECTION_REASONS]),
})
/** An entry of the log as it is stored; '' is absent. */
export type LogEntry = z.infer<typeof entryRow>

const COLUMNS = `sequence, id, kind, event, app_id AS "appId", user_id AS "userId", occurred_at AS "occurredAt", recorded_at AS "recordedAt",
  original_amount::text AS "originalAmount", original_currency AS "originalCurrency", platform, country, partner_id AS "partnerId",
  campaign_id AS "campaignId", decision, supersedes, reason`

const positionRow = z.object({ sequence: z.coerce.bigint(), recordedAtMs: z.number() })
const MS = 'floor(extract(epoch FROM recorded_at) * 1000)::float8'
const HEAD = { name: 'conversions-head', text: `SELECT sequence, ${MS} AS "recordedAtMs" FROM stream_heads WHERE tenant_id = $1::uuid` }
const FIRST_AFTER = `SELECT sequence, ${MS} AS "recordedAtMs" FROM conversion_log WHERE tenant_id = $1::uuid AND sequence > $2::bigint ORDER BY sequence LIMIT 1`
const FIRST_SINCE = `SELECT sequence, ${MS} AS "recordedAtMs" FROM conversion_log
  WHERE tenant_id = $1::uuid AND day_slot = ANY($2::smallint[]) AND recorded_at >= to_timestamp($3::float8 / 1000) ORDER BY sequence LIMIT 1`
// The last number of the first run without a hole.
const END_OF_RUN = `SELECT max(sequence) AS sequence FROM (
    SELECT sequence, sequence - row_number() OVER (ORDER BY sequence) AS run FROM conversion_log
    WHERE tenant_id = $1::uuid AND sequence >= $2::bigint AND sequence <= $3::bigint) s
  WHERE run = $2::bigint - 1`
const AT = `SELECT sequence, ${MS} AS "recordedAtMs" FROM conversion_log WHERE tenant_id = $1::uuid AND day_slot = ANY($2::smallint[]) AND sequence = $3::bigint`

/** The place behind the newest entry. Everything before it is committed: an entry and its head are one transaction. */
export async function readHead(pool: Pool, tenantId: string): Promise<LogPosition> {
  return withTenant(pool, tenantId, (client) => readHeadIn(client, tenantId))
}

/** The same in the client's transaction. */
export const readHeadIn = async (client: PoolClient, tenantId: string): Promise<LogPosition> => (await onePosition(client, HEAD, [tenantId])) ?? LOG_START

/** Entries are looked at this many at a time, so that a filter that hides nearly all makes no long statement. */
export const WINDOW_ENTRIES = 20_000

export type LogRead = {
  readonly tenantId: string
  readonly after: LogPosition
  /** As `readHead` told it; nothing behind it is read. */
  readonly head: LogPosition
  readonly conditions: readonly LogCondition[]
  readonly limit: number
  readonly nowMs: number
}
/** `position` is where to read on: behind the last entry, or behind all that were looked at. */
export type LogPage = { readonly entries: readonly LogEntry[]; readonly position: LogPosition; readonly gap: LogGap | null }

/** The next entries that fit, in order, out of the next 20,000; none of them may fit. Everything kept between `after` and `position` was looked at. */
export async function readLog(pool: Pool, read: LogRead): Promise<LogPage> {
  const { tenantId, after, head } = read
  if (after.sequence >= head.sequence) return { entries: [], position: after, gap: null }
  return withTenant(pool, tenantId, (client) => readLogIn(client, read))
}

/** The same in the client's transaction, with something behind `after`. */
export async function readLogIn(client: PoolClient, read: LogRead): Promise<LogPage> {
  const { tenantId, after, head, nowMs } = read
  // What was recorded since then is whole. A lock on the partitions that were looked at keeps it so until the transaction ends.
  const isWhole = after.recordedAtMs >= keptSinceMs(nowMs)
  const { from, gap } = isWhole ? { from: after, gap: null } : await skipGap(client, read)
  if (from === null) return { entries: [], position: head, gap }
  // Entries that came after the head was read may be all that is left.
  if (from.sequence >= head.sequence) return { entries: [], position: from, gap }
  const end = smaller(from.sequence + BigInt(WINDOW_ENTRIES), head.sequence)
  const upper = isWhole ? end : await endOfRun(client, { tenantId, from, end })
  const slots = slotsBetween(from.recordedAtMs, head.recordedAtMs)
  const entries = await readEntries(client, { ...read, after: from, upper, slots })
  const last = entries.length < read.limit ? undefined : entries.at(-1)
  if (last !== undefined) return { entries, position: { sequence: last.sequence, recordedAtMs: last.recordedAt.getTime() }, gap }
  if (upper === head.sequence) return { entries, position: head, gap }
  const position = await onePosition(client, AT, [tenantId, slots, String(upper)])
  return { entries, position: { sequence: upper, recordedAtMs: position?.recordedAtMs ?? from.recordedAtMs }, gap }
}

type Start = { readonly from: LogPosition | null; readonly gap: LogGap | null }

/** Where to read on when entries behind `after` may have been taken away; null when none is left. */
async function skipGap(client: PoolClient, { tenantId, after, nowMs }: LogRead): Promise<Start> {
  const first = await onePosition(client, FIRST_AFTER, [tenantId, String(after.sequence)])
  if (first === null) return { from: null, gap: { fromMs: after.recordedAtMs, toMs: nowMs } }
  if (first.sequence === after.sequence + 1n) return { from: { ...after, recordedAtMs: first.recordedAtMs }, gap: null }
  return { from: { sequence: first.sequence - 1n, recordedAtMs: first.recordedAtMs }, gap: { fromMs: after.recordedAtMs, toMs: first.recordedAtMs } }
}

type Run = { readonly tenantId: string; readonly from: LogPosition; readonly end: bigint }

async function endOfRun(client: PoolClient, { tenantId, from, end }: Run): Promise<bigint> {
  const { rows } = await client.query(END_OF_RUN, [tenantId, String(from.sequence + 1n), String(end)])
  return z.tuple([z.object({ sequence: z.coerce.bigint() })]).parse(rows)[0].sequence
}

async function readEntries(
  client: PoolClient,
  read: Pick<LogRead, 'tenantId' | 'after' | 'conditions' | 'limit'> & { readonly upper: bigint; readonly slots: readonly number[] },
): Promise<readonly LogEntry[]> {
  const values: unknown[] = [read.tenantId, read.slots, String(read.after.sequence), String(read.upper), read.limit]
  const where = printConditions(read.conditions, (value) => `$${values.push(value)}`)
  // wall: log-of-tenant
  const text = `SELECT ${COLUMNS} FROM conversion_log
    WHERE tenant_id = $1::uuid AND day_slot = ANY($2::smallint[]) AND sequence > $3::bigint AND sequence <= $4::bigint${where}
    ORDER BY sequence LIMIT $5::int`
  return z.array(entryRow).parse((await client.query(text, values)).rows)
}

const AT_PLACES = `SELECT ${COLUMNS} FROM conversion_log WHERE tenant_id = $1::uuid AND day_slot = ANY($2::smallint[]) AND sequence = ANY($3::bigint[])`

/** The entries at these places, as far as they are kept, in no order. In a transaction of the tenant. */
export async function readEntriesAt(client: PoolClient, tenantId: string, places: readonly LogPosition[]): Promise<readonly LogEntry[]> {
  if (places.length === 0) return []
  const slots = [...new Set(places.flatMap(({ recordedAtMs }) => slotsBetween(recordedAtMs, recordedAtMs)))]
  const { rows } = await client.query(AT_PLACES, [tenantId, slots, places.map(({ sequence }) => String(sequence))])
  return z.array(entryRow).parse(rows)
}

export type LogRange = {
  readonly tenantId: string
  readonly conditions: readonly LogCondition[]
  readonly after: LogPosition
  /** The number of the last one. */
  readonly upper: bigint
  /** A place there or behind it. */
  readonly upto: LogPosition
  readonly limit: number
}

/** What is kept of entries that were read before, in order. */
export function readRangeIn(client: PoolClient, { tenantId, conditions, after, upper, upto, limit }: LogRange): Promise<readonly LogEntry[]> {
  return readEntries(client, { tenantId, conditions, after, upper, limit, slots: slotsBetween(after.recordedAtMs, upto.recordedAtMs) })
}

/** The place before the oldest entry that is kept; the head when there is none. */
export async function readOldest(pool: Pool, tenantId: string, head: LogPosition): Promise<LogPosition> {
  const first = await withTenant(pool, tenantId, (client) => onePosition(client, FIRST_AFTER, [tenantId, '0']))
  return first === null ? head : { sequence: first.sequence - 1n, recordedAtMs: first.recordedAtMs }
}

export type LogSince = { readonly tenantId: string; readonly atMs: number; readonly head: LogPosition; readonly nowMs: number }

/** The place before the first entry recorded at `atMs` or later; before what retention may have taken away of them, so that reading on tells the gap. */
export async function readSince(pool: Pool, { tenantId, atMs, head, nowMs }: LogSince): Promise<LogPosition> {
  if (head.sequence === 0n || atMs > head.recordedAtMs) return head
  if (atMs < keptSinceMs(nowMs)) {
    const oldest = await readOldest(pool, tenantId, head)
    // Nothing says when that was recorded which was taken away: some of it may have been since then.
    if (oldest.sequence > 0n && (oldest.sequence === head.sequence || oldest.recordedAtMs > atMs)) return { sequence: 0n, recordedAtMs: atMs }
  }
  const slots = slotsBetween(Math.max(0, atMs), head.recordedAtMs)
  const first = await withTenant(pool, tenantId, (client) => onePosition(client, FIRST_SINCE, [tenantId, slots, atMs]))
  return first === null ? head : { sequence: first.sequence - 1n, recordedAtMs: first.recordedAtMs }
}

const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b)

async function onePosition(
  client: PoolClient,
  query: string | { readonly name: string; readonly text: string },
  values: unknown[],
): Promise<LogPosition | null> {
  const { rows } = await client.query(typeof query === 'string' ? { text: query, values } : { ...query, values })
  return z.array(positionRow).parse(rows)[0] ?? null
}
