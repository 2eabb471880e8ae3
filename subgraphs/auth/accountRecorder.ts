import { recordAccountAudit } from '#db/audit/recordAccountAudit.ts'
import { requestMail } from '#db/outbox/requestMail.ts'
import type { EntityManager } from '#db/tenantScope.ts'
import { deviceOf } from './device.ts'
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

/** Writes what was done into the audit log of every tenant of the account, and to its owner, in the caller's own transaction. */
export type RecordDeed = (em: EntityManager, deed: AccountDeed) => Promise<void>

export function createAccountRecorder({ mailKey, now }: { readonly mailKey: string; readonly now: () => Date }): RecordDeed {
  return async (em, { account: { id, email, name }, client: { clientAddress: address, userAgent }, action, told, ...changed }) => {
    const at = now()
    await recordAccountAudit(em, { accountId: id, action, address, at, ...changed })
    if (told === null) return
    const mail = { kind: 'securityAlert', to: email, name, what: told, at: at.toISOString(), address, device: deviceOf(userAgent) } as const
    await requestMail(em, { tenantId: null, aggregate: `account:${id}`, mail, mailKey })
  }
}
