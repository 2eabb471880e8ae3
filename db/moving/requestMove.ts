import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { recordAudit } from '../audit/recordAudit.ts'
import { listTenants } from '../listTenants.ts'
import { appendOutbox, executorOf, notifyOutbox } from '../outbox/append.ts'
import { withSettings, withTransaction, type Pool } from '../pool.ts'
import { findProvisioning } from '../provisioning/provisioning.ts'
import { knownRoute } from '../routing/route.ts'
import { addMove, findMove, type Destination, type TenantMove } from './tenantMove.ts'

/** The topic by which a move is handed to the worker. */
export const MOVE_REQUESTED = 'tenant.move_requested'
/** Payload of `tenant.move_requested`. */
export const moveRequestedSchema = z.object({ tenantId: z.uuid() })

export type MoveRequest = { readonly slug: string; readonly destination: Destination; readonly keepsSource: boolean }

export type RequestedMove =
  | { readonly kind: 'requested'; readonly move: TenantMove }
  /** Asked for before and not over; it may go the other way. */
  | { readonly kind: 'underWay'; readonly move: TenantMove }
  | { readonly kind: 'noSuchTenant' | 'alreadyThere' | 'beingMade' }

export type MoveRequestOptions = {
  /** Role umg_worker of the common database. */
  readonly worker: Pool
  /** Role umg_app of the common database. */
  readonly app: Pool
  readonly now: () => Date
}

/** Writes down that the tenant is to be moved and tells the worker, in one transaction. */
export async function requestMove({ worker, app, now }: MoveRequestOptions, { slug, destination, keepsSource }: MoveRequest): Promise<RequestedMove> {
  const tenantId = (await listTenants(worker)).find((tenant) => tenant.slug === slug)?.id
  if (tenantId === undefined) return { kind: 'noSuchTenant' }
  const last = await findMove(worker, tenantId)
  if (last !== null && (last.status === 'running' || last.status === 'undoing')) return { kind: 'underWay', move: last }
  const made = await withSettings(app, tenantId, (client) => findProvisioning(client, tenantId))
  const route = await knownRoute(worker, tenantId)
  const isBeingMade = route !== null && !route.isReady && !route.isBypassed
  if (isBeingMade || made?.status === 'running' || made?.status === 'undoing') return { kind: 'beingMade' }
  const isOwn = route?.isReady === true
  if (isOwn === (destination === 'dedicated')) return { kind: 'alreadyThere' }
  const isNew = await withTransaction(worker, async (client) => {
    if (!(await addMove(client, { tenantId, id: randomUUID(), slug, destination, keepsSource }))) return false
    await recordAudit(executorOf(client), tenantId, {
      tenantIds: [tenantId],
      actor: { kind: 'system', id: null },
      action: 'tenant.move_started',
      target: `tenant:${tenantId}`,
      before: { databases: isOwn ? 'dedicated' : 'shared' },
      after: { databases: destination },
      address: null,
      requestId: null,
      at: now(),
    })
    await appendOutbox(client, { tenantId, topic: MOVE_REQUESTED, aggregate: `move:${tenantId}`, payload: { tenantId } })
    return true
  })
  await notifyOutbox(worker).catch(() => undefined)
  const move = await findMove(worker, tenantId)
  if (move === null) throw new Error('A move that was just stored is not there.')
  return { kind: isNew ? 'requested' : 'underWay', move }
}
