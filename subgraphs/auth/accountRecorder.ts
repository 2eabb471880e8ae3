import { recordAudit } from '#db/audit/recordAudit.ts'
import { OwnMembership } from '#db/entities/auth/OwnMembership.ts'
import { requestMail } from '#db/outbox/requestMail.ts'
import type { EntityManager } from '#db/tenantScope.ts'
import { currentRequest } from '#ops/service/requestScope.ts'
import { deviceFamilyOf } from './anomalies/deviceFamily.ts'
import type { Client } from './issuer.ts'

/** Something that was done to an account's own safety. */
export type AccountDeed = {
  readonly account: { readonly id: string; readonly email: string; readonly name: string }
  readonly client: Client
  /** Such as `totp.enabled`. */
  readonly action: string
  /** Default: the account. */
  readonly target?: string
  readonly before?: Readonly<Record<string, unknown>>
  readonly after?: Readonly<Record<string, unknown>>
  /** What the owner is told by mail, as sentences; null: no mail. */
  readonly told: string | null
}

/** Writes what was done into the audit log of every tenant of the account, and to its owner, in the caller's own transaction about that account. */
export type RecordDeed = (em: EntityManager, deed: AccountDeed) => Promise<void>

export function createAccountRecorder({ mailKey, now }: { readonly mailKey: string; readonly now: () => Date }): RecordDeed {
  return async (em, { account, client, action, target, before, after, told }) => {
    const at = now()
    const memberships = await em.find(OwnMembership, {}, { fields: ['tenantId'] })
    await recordAudit(em, null, {
      tenantIds: memberships.map(({ tenantId }) => tenantId),
      actor: { kind: 'account', id: account.id },
      action,
      target: target ?? `account:${account.id}`,
      before: before ?? null,
      after: after ?? null,
      address: client.clientAddress,
      requestId: currentRequest().requestId,
      at,
    })
    if (told === null) return
    const { id, email, name } = account
    const mail = {
      kind: 'securityAlert',
      to: email,
      name,
      what: told,
      at: at.toISOString(),
      address: client.clientAddress,
      device: deviceFamilyOf(client.userAgent),
    } as const
    await requestMail(em, { tenantId: null, aggregate: `account:${id}`, mail, mailKey })
  }
}
