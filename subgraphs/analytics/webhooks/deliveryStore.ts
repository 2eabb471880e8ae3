import type { Pool } from '#db/pool.ts'
import { addTestDelivery, listDeliveries, redeliver, type DeliveryStatus, type StoredDelivery } from '#db/webhooks/deliveryLog.ts'
import { createCursorSealer } from '#ops/security/cursor.ts'
import type { Identity } from '#ops/security/identity.ts'
import { failure } from '#ops/service/errors.ts'
import { BadQueryError } from '#ops/service/issues.ts'
import { issue } from '../compiler/issues.ts'
import { found, placeOf, type Acting } from './acting.ts'

export type DeliveriesAsked = { readonly webhook: string; readonly first: number; readonly after?: string | null; readonly status?: DeliveryStatus | null }
export type DeliveriesValue = { readonly nodes: readonly StoredDelivery[]; readonly hasNextPage: boolean; readonly endCursor: string | null }

export const MAX_DELIVERIES = 200
const PLACE_BYTES = 8

export type DeliveryStoreOptions = { readonly pool: Pool; readonly cursorKey: string; readonly now: () => Date }

/** What was sent to webhooks and what waits. `wake` tells the worker that there is something to do. */
export function createDeliveryStore({ pool, cursorKey, now }: DeliveryStoreOptions, wake: (tenantId: string) => Promise<void>) {
  return {
    async deliveries({ webhook, first, after, status }: DeliveriesAsked, identity: Identity): Promise<DeliveriesValue> {
      if (first < 1) throw new BadQueryError([issue('FIRST_TOO_SMALL', ['first'], { first })])
      if (first > MAX_DELIVERIES) throw new BadQueryError([issue('FIRST_TOO_LARGE', ['first'], { first, maxFirst: MAX_DELIVERIES })])
      const { tenantId, id: webhookId } = placeOf(identity, webhook)
      const sealer = createCursorSealer(cursorKey, [tenantId, 'webhookDeliveries', webhookId, status ?? ''])
      const opened = typeof after === 'string' ? sealer.open(after) : null
      if (typeof after === 'string' && opened?.length !== PLACE_BYTES) throw failure('BAD_CURSOR', { argument: 'after' })
      const before = opened === null ? null : opened.readBigInt64BE()
      const rows = found(await listDeliveries(pool, { tenantId, webhookId, before, status: status ?? null, limit: first + 1 }))
      const nodes = rows.slice(0, first)
      const last = nodes.at(-1)
      const bytes = Buffer.alloc(PLACE_BYTES)
      if (last !== undefined) bytes.writeBigInt64BE(last.place)
      return { nodes, hasNextPage: rows.length > first, endCursor: last === undefined ? null : sealer.seal(bytes) }
    },

    async redeliver(id: string, { identity, audit }: Acting): Promise<StoredDelivery> {
      const place = placeOf(identity, id, 'delivery')
      const again = await redeliver(pool, place, { now: now(), audit })
      if (again === null) throw failure('NOT_FOUND', { what: 'delivery' })
      if (again === 'waiting') throw failure('CONFLICT', { message: 'This delivery is on its way still.' })
      await wake(place.tenantId)
      return again
    },

    async sendTest(id: string, { identity, audit }: Acting): Promise<StoredDelivery> {
      const place = placeOf(identity, id)
      const added = found(await addTestDelivery(pool, place, { now: now(), audit }))
      await wake(place.tenantId)
      return added
    },
  }
}
