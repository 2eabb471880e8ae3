import type { AuditedChange } from '#db/audit/auditor.ts'
import { recordAudit } from '#db/audit/recordAudit.ts'
import { inTenant, type EntityManager, type MikroORM } from '#db/tenantScope.ts'
import type { Identity } from '#ops/security/identity.ts'
import { requireTenant } from '#ops/service/needs.ts'

export type ActingOptions = {
  readonly orm: MikroORM
  readonly identity: Identity
  readonly requestId: string
  readonly address: string | null
  readonly now: () => Date
}

export type Acting = ReturnType<typeof createActing>

/** Who acts in which tenant: every store of a request works through it, so that no change forgets whose data it is, or its audit record. */
export function createActing({ orm, identity, requestId, address, now }: ActingOptions) {
  return {
    identity,
    now,
    /** The viewer's tenant; throws FORBIDDEN when there is none. */
    tenantId: (): string => requireTenant(identity),
    /** One transaction about the viewer's tenant. */
    inOwn: <Result>(work: (em: EntityManager) => Promise<Result>): Promise<Result> => inTenant(orm, requireTenant(identity), work),
    /** One transaction about the tenant that a secret names, which the work has to verify. */
    inNamed: <Result>(tenantId: string, work: (em: EntityManager) => Promise<Result>): Promise<Result> => inTenant(orm, tenantId, work),
    /** Records a change in the transaction that makes it. */
    async record(em: EntityManager, tenantId: string, change: AuditedChange): Promise<void> {
      // What was written through entities goes to the database first, so that a refusal there is not recorded.
      await em.flush()
      const kind = identity.kind === 'gateway' ? 'system' : identity.kind
      await recordAudit(em, tenantId, {
        ...change,
        tenantIds: [tenantId],
        actor: { kind, id: identity.subjectId },
        address,
        requestId,
        at: now(),
      })
    },
  }
}
