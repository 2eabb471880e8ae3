import { z } from 'zod'
import { logConditionsSchema } from '../conversions/logFilter.ts'
import { readEntriesAt, type LogEntry, type LogGap, type LogPosition } from '../conversions/readLog.ts'
import type { Open, Vault } from '../crypto/vault.ts'
import { withTenant, type Pool, type PoolClient } from '../pool.ts'
import { settleAttempts, takeDue, type AttemptResult, type DueDelivery, type Taken } from './attempts.ts'
import { FAILURES_UNTIL_PAUSE, type WebhookPlace } from './endpoints.ts'
import { scanLog, type Scanned } from './scanLog.ts'
import { testEntry } from './testEntry.ts'

export type TurnOptions = {
  /** Role umg_app. */
  readonly pool: Pool
  readonly vault: Vault
  /** In [0, 1). */
  readonly random: () => number
  readonly leaseMs: number
  readonly probeMs: number
}
export type TurnAsked = {
  /** Of this worker's attempts that ended, in the order in which they did. */
  readonly results: readonly AttemptResult[]
  /** How many deliveries it has room for. */
  readonly room: number
  readonly now: Date
}
/** Where deliveries go, and what signs them, the newest secret first. */
export type Destination = { readonly url: string; readonly question: string; readonly secrets: readonly string[] }
export type Turn = {
  /** null when there is nothing to send. */
  readonly destination: Destination | null
  readonly deliveries: readonly Taken[]
  /** Whether it is off, or only probed: what was taken and not begun is given back. */
  readonly isClosed: boolean
  /** Whether another turn may find more at once. */
  readonly hasMore: boolean
  /** What retention had taken away before it could be delivered. */
  readonly gap: LogGap | null
}

const LOCK = {
  name: 'webhooks-lock',
  text: `SELECT url, question, conditions, is_enabled AS "isEnabled", problem, position, position_ms AS "positionMs", secret, previous_secret AS "previousSecret",
      previous_until AS "previousUntil", failures, probe_at AS "probeAt", last_delivery_at AS "lastDeliveryAt"
    FROM webhook_endpoints WHERE tenant_id = $1::uuid AND id = $2::uuid FOR UPDATE`,
}
const lockedRow = z.object({
  url: z.string(),
  question: z.string(),
  conditions: z.string(),
  isEnabled: z.boolean(),
  problem: z.string().nullable(),
  position: z.coerce.bigint(),
  positionMs: z.coerce.number(),
  secret: z.instanceof(Buffer),
  previousSecret: z.instanceof(Buffer).nullable(),
  previousUntil: z.date().nullable(),
  failures: z.number(),
  probeAt: z.date().nullable(),
  lastDeliveryAt: z.date().nullable(),
})
type Locked = z.infer<typeof lockedRow>
const SAVE = {
  name: 'webhooks-save',
  text: `UPDATE webhook_endpoints SET is_enabled = $3, problem = $4, position = $5, position_ms = $6, gap_from_ms = coalesce($7, gap_from_ms),
      gap_to_ms = coalesce($8, gap_to_ms), failures = $9, probe_at = $10, last_delivery_at = $11
    WHERE tenant_id = $1::uuid AND id = $2::uuid`,
}

const CLOSED: Turn = { destination: null, deliveries: [], isClosed: true, hasMore: false, gap: null }

/**
 * One worker's turn with one endpoint: writes down how its attempts ended, brings new entries of the log in, and takes what is due. Workers take turns
 * under the lock of the endpoint's row, so that the log is gone through in order and once, and one of them alone probes.
 */
export function takeTurn(options: TurnOptions, place: WebhookPlace, asked: TurnAsked): Promise<Turn> {
  return withTenant(options.pool, place.tenantId, async (client) => {
    const { rows } = await client.query({ ...LOCK, values: [place.tenantId, place.id] })
    const [stored] = z.array(lockedRow).parse(rows)
    if (stored === undefined) return CLOSED
    await settleAttempts(client, asked.results, { tenantId: place.tenantId, now: asked.now, random: options.random })
    const judged = judge(stored, asked, options.probeMs)
    const isProbe = judged.probeAt !== null && judged.probeAt <= asked.now
    const isOpen = judged.isEnabled && (judged.probeAt === null || isProbe)
    if (!isOpen || asked.room === 0) {
      await save(client, place, { before: stored, after: judged, gap: null })
      return { ...CLOSED, isClosed: !isOpen }
    }
    return takeOpen(options, place, { ...asked, client, stored, judged, isProbe })
  })
}

/** What the results say about the endpoint. */
function judge(endpoint: Locked, { results, now }: TurnAsked, probeMs: number): Locked {
  let { failures, isEnabled, problem, lastDeliveryAt, probeAt } = endpoint
  for (const { kind } of results) {
    if (kind === 'delivered') {
      failures = 0
      probeAt = null
      lastDeliveryAt = now
    }
    if (kind === 'failed') failures += 1
    if (kind === 'gone') [isEnabled, problem] = [false, 'gone']
  }
  if (failures >= FAILURES_UNTIL_PAUSE) probeAt ??= new Date(now.getTime() + probeMs)
  return { ...endpoint, failures, isEnabled, problem, lastDeliveryAt, probeAt }
}

type OpenTurn = TurnAsked & { readonly client: PoolClient; readonly stored: Locked; readonly judged: Locked; readonly isProbe: boolean }

async function takeOpen(options: TurnOptions, place: WebhookPlace, turn: OpenTurn): Promise<Turn> {
  const { client, stored, judged, isProbe, now } = turn
  const { tenantId, id: webhookId } = place
  const secrets = readSecrets(judged, await options.vault.openerFor(client, tenantId), now)
  if (secrets === null) {
    await save(client, place, { before: stored, after: { ...judged, isEnabled: false, problem: 'secret_lost' }, gap: null })
    return CLOSED
  }
  const room = isProbe ? 1 : turn.room
  const leasedUntil = new Date(now.getTime() + options.leaseMs)
  const take = (limit: number) => takeDue(client, { tenantId, webhookId, now, leasedUntil, limit })
  const due = [...(await take(room))]
  let position: LogPosition = { sequence: judged.position, recordedAtMs: judged.positionMs }
  let scanned: Scanned | null = null
  if (due.length < room) {
    scanned = await scanLog(client, { tenantId, webhookId, position, conditions: logConditionsSchema.parse(JSON.parse(judged.conditions)), now })
    position = scanned.position
    if (scanned.added > 0) due.push(...(await take(room - due.length)))
  }
  const probeAt = isProbe && due.length > 0 ? new Date(now.getTime() + options.probeMs) : judged.probeAt
  const gap = scanned?.gap ?? null
  await save(client, place, { before: stored, after: { ...judged, position: position.sequence, positionMs: position.recordedAtMs, probeAt }, gap })
  const deliveries = await withEntries(client, tenantId, { due, now, leasedUntil })
  const hasMoved = position.sequence !== judged.position
  const destination = { url: judged.url, question: judged.question, secrets }
  return { destination, deliveries, isClosed: isProbe, hasMore: !isProbe && (due.length === room || hasMoved), gap }
}

/** null when the newest cannot be read, since the tenant's data key was destroyed. */
function readSecrets({ secret, previousSecret, previousUntil }: Locked, open: Open, now: Date): readonly string[] | null {
  const [newest, previous] = [secret, previousSecret].map((sealed) => (sealed === null ? null : open('webhook_endpoints.secret', sealed)))
  if (!Buffer.isBuffer(newest)) return null
  const isOverlapping = previousUntil !== null && previousUntil > now
  return [newest.toString('utf8'), ...(isOverlapping && Buffer.isBuffer(previous) ? [previous.toString('utf8')] : [])]
}

type Due = { readonly due: readonly DueDelivery[]; readonly now: Date; readonly leasedUntil: Date }

/** What is in the log no longer is dead. */
async function withEntries(client: PoolClient, tenantId: string, { due, now, leasedUntil }: Due): Promise<readonly Taken[]> {
  const kept = await readEntriesAt(
    client,
    tenantId,
    due.filter(({ kind }) => kind !== 'test'),
  )
  const byId = new Map(kept.map((entry) => [entry.id, entry]))
  const entryOf = (delivery: DueDelivery): LogEntry | undefined => (delivery.kind === 'test' ? testEntry(delivery) : byId.get(delivery.conversionId))
  const lost = due.filter((delivery) => entryOf(delivery) === undefined)
  const results = lost.map(({ id, attempt }) => ({ kind: 'lost', id, attempt }) as const)
  await settleAttempts(client, results, { tenantId, now, random: () => 0 })
  return due.flatMap((delivery) => {
    const entry = entryOf(delivery)
    return entry === undefined ? [] : [{ id: delivery.id, attempt: delivery.attempt, entry, leasedUntilMs: leasedUntil.getTime() }]
  })
}

type Saved = { readonly before: Locked; readonly after: Locked; readonly gap: LogGap | null }

async function save(client: PoolClient, { tenantId, id }: WebhookPlace, { before, after, gap }: Saved): Promise<void> {
  const valuesOf = ({ isEnabled, problem, position, positionMs, failures, probeAt, lastDeliveryAt }: Locked) => [
    isEnabled,
    problem,
    String(position),
    positionMs,
    gap?.fromMs ?? null,
    gap?.toMs ?? null,
    failures,
    probeAt,
    lastDeliveryAt,
  ]
  const values = valuesOf(after)
  if (JSON.stringify(values) !== JSON.stringify(valuesOf(before)) || gap !== null) await client.query({ ...SAVE, values: [tenantId, id, ...values] })
}
