import type { Auditor } from '#db/audit/auditor.ts'
import { isUuid } from '#db/uuid.ts'
import type { WebhookPlace } from '#db/webhooks/endpoints.ts'
import type { Identity } from '#ops/security/identity.ts'
import { failure } from '#ops/service/errors.ts'
import { requireTenant } from '#ops/service/needs.ts'

/** Who acts, and where that is written down. */
export type Acting = { readonly identity: Identity; readonly audit: Auditor }

export const noWebhook = () => failure('NOT_FOUND', { what: 'webhook' })

/** Throws NOT_FOUND for what is not there. */
export function found<Value>(value: Value | null): Value {
  if (value === null) throw noWebhook()
  return value
}

/** A thing of the asker's tenant by its id; what is no UUID is nobody's. */
export function placeOf(identity: Identity, id: string, what = 'webhook'): WebhookPlace {
  const key = id.toLowerCase()
  if (!isUuid(key)) throw failure('NOT_FOUND', { what })
  return { tenantId: requireTenant(identity), id: key }
}
