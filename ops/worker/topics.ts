import { z } from 'zod'
import type { AuditTargets } from '#db/audit/appendAudit.ts'
import { AUDIT_RECORDED } from '#db/audit/recordAudit.ts'
import { upsertCatalogEvents } from '#db/ingest/catalogEvents.ts'
import { ClickHouseUnavailable } from '#db/ingest/clickhouseCopy.ts'
import { copyTenant, MoreToCopy, type CopyTargets } from '#db/ingest/copyTenant.ts'
import { INGEST_COMMITTED, ingestCommittedSchema } from '#db/ingest/eventSummary.ts'
import type { OutboxMessage } from '#db/outbox/messages.ts'
import { MAIL_REQUESTED, sealedMailSchema, sealMail } from '#db/outbox/requestMail.ts'
import { TryLater, type OutboxHandler, type TopicOptions } from '#db/outbox/relay.ts'
import type { Logger } from '#ops/logging.ts'
import type { FoundAccount } from '#db/members/findAccount.ts'
import { QUERIES_UNUSUAL, queriesUnusualSchema } from '#db/usage/queries.ts'
import { MOVE_REQUESTED, moveRequestedSchema } from '#db/moving/requestMove.ts'
import { TENANT_REQUESTED, tenantRequestedSchema } from '#db/provisioning/requestTenant.ts'
import { inSpan } from '#ops/telemetry.ts'
import { auditTopic } from './auditTopic.ts'
import type { SealedMail } from './mail/mailJobs.ts'

export const ACCOUNT_REGISTERED = 'account.registered'
/** Payload of `account.registered`. */
export const accountRegisteredSchema = z.object({ accountId: z.string(), email: z.email(), name: z.string() })

/** Commits that are copied and told to the catalogue together. */
const MAX_COMMITS_AT_ONCE = 2_000
/** A tenant with a long queue gives way to others after this long. */
const COPY_TURN_MS = 30_000
/** A turn, and a last group that has to be verified and sent twice with every request at its own limit: only what hangs outlasts it. */
const COPY_TIMEOUT_MS = 300_000
/** A large tenant is copied for long, while it is served. */
const MOVE_TIMEOUT_MS = 7_200_000

export type TopicDependencies = {
  readonly copy: CopyTargets
  readonly audit: AuditTargets
  readonly enqueueMail: (mail: SealedMail) => Promise<void>
  readonly mailKey: string
  /** Whose account it is; null when it is gone. */
  readonly findAccount: (accountId: string) => Promise<FoundAccount | null>
  /** Makes a tenant that somebody asked for, or takes away what there is of it. Throws TryLater. */
  readonly provision: (tenantId: string) => Promise<void>
  /** Moves a tenant to databases of its own or back. Throws TryLater. */
  readonly move: (tenantId: string, signal: AbortSignal) => Promise<void>
  readonly log: Logger
}

/** What the worker does with each topic of the outbox. */
export function createTopics({
  copy,
  audit,
  enqueueMail,
  findAccount,
  provision,
  move,
  mailKey,
  log,
}: TopicDependencies): Readonly<Record<string, TopicOptions>> {
  return {
    [INGEST_COMMITTED]: {
      handlers: [tellCatalogue(copy), copyBatches(copy, log)],
      isKept: false,
      batchSize: MAX_COMMITS_AT_ONCE,
      handlerTimeoutMs: COPY_TIMEOUT_MS,
    },
    [AUDIT_RECORDED]: auditTopic(audit, log),
    [ACCOUNT_REGISTERED]: { handlers: [mailWelcome(enqueueMail, mailKey)], isKept: true },
    [QUERIES_UNUSUAL]: { handlers: [mailUnusual({ enqueueMail, findAccount, mailKey })], isKept: true },
    [MAIL_REQUESTED]: { handlers: [mailRequested(enqueueMail)], isKept: true },
    [TENANT_REQUESTED]: { handlers: [provisionTenants(provision)], isKept: true },
    [MOVE_REQUESTED]: { handlers: [moveTenants(move)], isKept: true, handlerTimeoutMs: MOVE_TIMEOUT_MS },
  }
}

const tellCatalogue =
  ({ pool }: CopyTargets): OutboxHandler =>
  (messages) =>
    upsertCatalogEvents(
      pool,
      tenantOf(messages),
      messages.flatMap(({ payload }) => ingestCommittedSchema.parse(payload).events),
    )

// The messages only say that something waits: what waits is in PostgreSQL, and all of it is copied.
const copyBatches =
  (targets: CopyTargets, log: Logger): OutboxHandler =>
  async (messages, signal) => {
    const tenantId = tenantOf(messages)
    try {
      const rows = await inSpan('ingest.copy', { 'tenant.id': tenantId }, () => copyTenant(targets, tenantId, { signal, turnMs: COPY_TURN_MS }))
      log.debug({ tenantId, rows, commits: messages.length }, 'batches copied')
    } catch (error) {
      throw error instanceof ClickHouseUnavailable || error instanceof MoreToCopy ? new TryLater(error.message, { cause: error }) : error
    }
  }

const provisionTenants =
  (provision: TopicDependencies['provision']): OutboxHandler =>
  async (messages) => {
    for (const { payload } of messages) {
      const { tenantId } = tenantRequestedSchema.parse(payload)
      await inSpan('tenant.provision', { 'tenant.id': tenantId }, () => provision(tenantId))
    }
  }

const moveTenants =
  (move: TopicDependencies['move']): OutboxHandler =>
  async (messages, signal) => {
    for (const { payload } of messages) {
      const { tenantId } = moveRequestedSchema.parse(payload)
      await inSpan('tenant.move', { 'tenant.id': tenantId }, () => move(tenantId, signal))
    }
  }

const mailRequested =
  (enqueueMail: TopicDependencies['enqueueMail']): OutboxHandler =>
  async (messages) => {
    for (const { id, payload, createdAt } of messages) await enqueueMail({ messageId: id, askedAt: createdAt, sealed: sealedMailSchema.parse(payload).sealed })
  }

const mailWelcome =
  (enqueueMail: TopicDependencies['enqueueMail'], mailKey: string): OutboxHandler =>
  async (messages) => {
    for (const { id, payload, createdAt } of messages) {
      const { email, name } = accountRegisteredSchema.parse(payload)
      await enqueueMail({ messageId: id, askedAt: createdAt, ...sealMail({ kind: 'welcome', to: email, name }, mailKey) })
    }
  }

const mailUnusual =
  ({ enqueueMail, findAccount, mailKey }: Pick<TopicDependencies, 'enqueueMail' | 'findAccount' | 'mailKey'>): OutboxHandler =>
  async (messages) => {
    for (const { id, payload, createdAt } of messages) {
      const { accountId, tenant, used, meanOfDaysBefore, at } = queriesUnusualSchema.parse(payload)
      const owner = await findAccount(accountId)
      // An address that no mail can go to is an import's.
      if (owner === null || !z.email().safeParse(owner.email).success) continue
      const [now, before] = [used, meanOfDaysBefore].map((count) => count.toLocaleString('en-US'))
      const what = `${tenant} has been asked ${now} questions today, and about ${before} on each of the days before. Look at its keys if that is not expected.`
      const mail = { kind: 'securityAlert', to: owner.email, name: owner.name, what, at, address: null, device: null } as const
      await enqueueMail({ messageId: id, askedAt: createdAt, ...sealMail(mail, mailKey) })
    }
  }

/** Messages shown together are of one aggregate; those of a commit are of one tenant. */
function tenantOf(messages: readonly OutboxMessage[]): string {
  const [first] = messages
  if (first === undefined || first.tenantId === null) throw new Error('A commit’s message names its tenant.')
  return first.tenantId
}
