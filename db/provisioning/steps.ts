import { z } from 'zod'
import { scopesOfKey } from '#ops/security/permissions.ts'
import { recordAudit } from '../audit/recordAudit.ts'
import type { Vault } from '../crypto/vault.ts'
import { findAccount } from '../members/findAccount.ts'
import { executorOf } from '../outbox/append.ts'
import { requestMail } from '../outbox/requestMail.ts'
import type { Pool, PoolClient } from '../pool.ts'
import type { Provisioning, ProvisioningStep } from './provisioning.ts'

/** Where a new tenant's rows will be. Both may be asked again after whatever happened, and must not mind. */
export type TenantDatabases = {
  /** Resolves when the tenant can be written to and read from. Throws when that cannot be had now. */
  readonly open: (tenant: Provisioning) => Promise<void>
  /** Takes away what `open` made, all of it or whatever part there is. */
  readonly remove: (tenant: Provisioning) => Promise<void>
}

export type StepDependencies = {
  readonly databases: TenantDatabases
  /** Role umg_worker: the owner's name and address. */
  readonly worker: Pool
  readonly vault: Vault
  readonly mailKey: string
  readonly now: () => Date
}

/** One step. What is done `inside` commits together with the mark that it is done; what is done `outside` comes before and may come again. */
export type Step = {
  readonly name: ProvisioningStep
  readonly outside?: (tenant: Provisioning, dependencies: StepDependencies) => Promise<void>
  readonly inside?: (client: PoolClient, tenant: Provisioning, dependencies: StepDependencies) => Promise<void>
  /** Take it away again. A step without either leaves nothing, or comes when nothing is undone any more. */
  readonly undoOutside?: (tenant: Provisioning, dependencies: StepDependencies) => Promise<void>
  readonly undoInside?: (client: PoolClient, tenant: Provisioning) => Promise<void>
}

/** From this step on the tenant has its owner, so it is finished and never undone. */
export const PIVOT: ProvisioningStep = 'owner'

/** In the order of PROVISIONING_STEPS. */
export const STEPS: readonly Step[] = [
  // Done by requestTenant, in the transaction that wrote the provisioning down.
  { name: 'reserved', undoInside: async (client, { tenantId }) => void (await client.query('DELETE FROM tenants WHERE id = $1::uuid', [tenantId])) },
  {
    name: 'databases',
    outside: (tenant, { databases }) => databases.open(tenant),
    undoOutside: (tenant, { databases }) => databases.remove(tenant),
  },
  {
    name: 'app',
    inside: async (client, { tenantId, appId, reportingCurrency }) =>
      void (await client.query("INSERT INTO apps (tenant_id, id, name, time_zone, currency) VALUES ($1, $2, 'main', 'UTC', $3)", [
        tenantId,
        appId,
        reportingCurrency,
      ])),
    undoInside: async (client, { tenantId }) => void (await client.query('DELETE FROM apps WHERE tenant_id = $1::uuid', [tenantId])),
  },
  { name: 'owner', inside: addOwner },
  { name: 'keys', inside: addKeys },
  { name: 'mail', inside: askForMail },
]

// The one thing that can be refused for good: the account may be gone.
async function addOwner(client: PoolClient, tenant: Provisioning, { worker, vault, now }: StepDependencies): Promise<void> {
  const { tenantId, accountId, slug, name, reportingCurrency, address, requestId } = tenant
  const email = (await findAccount(worker, accountId))?.email ?? null
  const emailHash = email === null ? null : (await vault.hasherFor(client, tenantId))(email)
  await client.query("INSERT INTO memberships (tenant_id, account_id, email_hash, role) VALUES ($1, $2, $3, 'owner')", [tenantId, accountId, emailHash])
  await recordAudit(executorOf(client), tenantId, {
    tenantIds: [tenantId],
    actor: { kind: 'account', id: accountId },
    action: 'tenant.created',
    target: `tenant:${tenantId}`,
    before: null,
    after: { slug, name, reportingCurrency },
    address,
    requestId,
    at: now(),
  })
}

async function addKeys(client: PoolClient, { tenantId, accountId, firstKeys, address, requestId }: Provisioning, { now }: StepDependencies): Promise<void> {
  for (const { id, kind, name, hash } of firstKeys) {
    const ingestKind = kind === 'ingest' ? 'server' : null
    const values = [tenantId, id, kind, ingestKind, name, Buffer.from(hash, 'hex'), scopesOfKey(kind)]
    await client.query('INSERT INTO keys (tenant_id, id, kind, ingest_kind, name, secret_hash, scopes) VALUES ($1, $2, $3, $4, $5, $6, $7)', values)
    await recordAudit(executorOf(client), tenantId, {
      tenantIds: [tenantId],
      actor: { kind: 'account', id: accountId },
      action: 'key.created',
      target: `key:${id}`,
      before: null,
      after: { kind, ingestKind, name },
      address,
      requestId,
      at: now(),
    })
  }
}

// An account that is gone by now, or whose address no mail can go to, is written none.
async function askForMail(client: PoolClient, provisioning: Provisioning, { worker, mailKey }: StepDependencies): Promise<void> {
  const { tenantId, accountId, name: tenant, slug } = provisioning
  const owner = await findAccount(worker, accountId)
  if (owner === null || !z.email().safeParse(owner.email).success) return
  const mail = { kind: 'tenantReady', to: owner.email, name: owner.name, tenant, slug } as const
  await requestMail(executorOf(client), { tenantId, aggregate: `account:${accountId}`, mail, mailKey })
}
