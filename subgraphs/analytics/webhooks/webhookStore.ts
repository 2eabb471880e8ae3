import { notifyConversions } from '#db/conversions/notifyConversions.ts'
import { readHead, readOldest, readSince, type LogPosition } from '#db/conversions/readLog.ts'
import type { Vault } from '#db/crypto/vault.ts'
import type { Pool } from '#db/pool.ts'
import { deleteWebhook, insertWebhook, rotateSecret, updateWebhook, type WebhookChange, type WithSecret } from '#db/webhooks/changeEndpoints.ts'
import { listWebhooks, MAX_WEBHOOKS, readLags, type StoredWebhook } from '#db/webhooks/endpoints.ts'
import type { Identity } from '#ops/security/identity.ts'
import type { ResolveHost } from '#ops/security/outsideTarget.ts'
import { failure } from '#ops/service/errors.ts'
import { BadQueryError } from '#ops/service/issues.ts'
import { requireTenant } from '#ops/service/needs.ts'
import { issue } from '../compiler/issues.ts'
import { bindFilter, type ConversionFilterInput } from '../streams/bindFilter.ts'
import type { StreamArguments } from '../streams/streams.ts'
import { checkInput } from './checkInput.ts'
import { createDeliveryStore } from './deliveryStore.ts'
import { found, noWebhook, placeOf, type Acting } from './acting.ts'

export type WebhookStoreOptions = {
  /** Role umg_app. */
  readonly pool: Pool
  readonly vault: Vault
  readonly cursorKey: string
  readonly allowedNetworks: readonly string[]
  readonly resolve: ResolveHost
  readonly now: () => Date
}
export type NewWebhookInput = {
  readonly url: string
  readonly description?: string | null
  readonly where?: ConversionFilterInput | null
  readonly from?: StreamArguments['from']
}
/** What is left out stays as it is; null takes a description or a filter away. */
export type WebhookChangeInput = {
  readonly url?: string | null
  readonly description?: string | null
  readonly where?: ConversionFilterInput | null
  readonly isEnabled?: boolean | null
}
export const MAX_OVERLAP_MINUTES = 10_080
const MINUTE_MS = 60_000

export type WebhookStore = ReturnType<typeof createWebhookStore>

/** The tenants' webhooks. What is wrong with a question is thrown. */
export function createWebhookStore(options: WebhookStoreOptions) {
  const { pool, vault, now } = options

  async function findStart(tenantId: string, from: StreamArguments['from']): Promise<LogPosition> {
    const head = await readHead(pool, tenantId)
    if (from?.position === 'BEGINNING') return readOldest(pool, tenantId, head)
    return from?.at ? readSince(pool, { tenantId, atMs: from.at.getTime(), head, nowMs: now().getTime() }) : head
  }
  // A notice that is lost costs one poll of the worker.
  const wake = (tenantId: string): Promise<void> => notifyConversions(pool, [tenantId]).catch(() => undefined)

  return {
    cursorKey: options.cursorKey,

    list: (identity: Identity): Promise<readonly StoredWebhook[]> => listWebhooks(pool, requireTenant(identity)),

    lags: (identity: Identity, ids: readonly string[]) => readLags(pool, { tenantId: requireTenant(identity), ids }),

    async create(input: NewWebhookInput, { identity, audit }: Acting): Promise<WithSecret> {
      const tenantId = requireTenant(identity)
      const { conditions, issues } = bindFilter(input.where, identity)
      const isLate = input.from?.at && input.from.at > now()
      const late = isLate ? [issue('START_IN_FUTURE', ['input', 'from', 'at'], { at: input.from?.at?.toISOString() ?? '' })] : []
      if (issues.length + late.length > 0) throw new BadQueryError([...issues, ...late])
      await checkInput(input, options)
      const start = await findStart(tenantId, input.from)
      const made = await insertWebhook(
        { pool, vault },
        { tenantId, url: input.url, description: input.description ?? null, filter: input.where ?? null, conditions, start },
        audit,
      )
      if (made === 'full') throw failure('BAD_USER_INPUT', { message: `A tenant has at most ${MAX_WEBHOOKS} webhooks.` })
      await wake(tenantId)
      return made
    },

    async update(id: string, input: WebhookChangeInput, { identity, audit }: Acting): Promise<StoredWebhook> {
      const place = placeOf(identity, id)
      const { conditions, issues } = bindFilter(input.where, identity)
      if (issues.length > 0) throw new BadQueryError(issues)
      await checkInput(input, options)
      const change: WebhookChange = {
        ...(typeof input.url === 'string' ? { url: input.url } : {}),
        ...(input.description === undefined ? {} : { description: input.description }),
        ...(input.where === undefined ? {} : { where: { filter: input.where, conditions } }),
        ...(typeof input.isEnabled === 'boolean' ? { isEnabled: input.isEnabled } : {}),
      }
      const saved = found(await updateWebhook(pool, place, change, audit))
      await wake(place.tenantId)
      return saved
    },

    async rotate(id: string, overlapMinutes: number, { identity, audit }: Acting): Promise<WithSecret> {
      if (overlapMinutes < 0 || overlapMinutes > MAX_OVERLAP_MINUTES)
        throw failure('BAD_USER_INPUT', { message: `overlapMinutes must be 0 to ${MAX_OVERLAP_MINUTES}.` })
      const until = overlapMinutes === 0 ? null : new Date(now().getTime() + overlapMinutes * MINUTE_MS)
      return found(await rotateSecret({ pool, vault }, placeOf(identity, id), { until, audit }))
    },

    async remove(id: string, { identity, audit }: Acting): Promise<void> {
      if (!(await deleteWebhook(pool, placeOf(identity, id), audit))) throw noWebhook()
    },

    ...createDeliveryStore(options, wake),
  }
}
