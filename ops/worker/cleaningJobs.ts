import { emptyOldSlots, removeUnusedGroups } from '#db/conversions/retention.ts'
import type { FactorSealer } from '#db/crypto/factorSealer.ts'
import { rewrapDataKeys } from '#db/crypto/rewrapDataKeys.ts'
import type { Vault } from '#db/crypto/vault.ts'
import { sealAddresses } from '#db/members/sealAddresses.ts'
import { removeOldMessages } from '#db/outbox/retention.ts'
import type { Pool } from '#db/pool.ts'
import { removeOldDeliveries } from '#db/webhooks/retention.ts'
import type { Logger } from '#ops/logging.ts'
import { inSpan } from '#ops/telemetry.ts'
import { everyStep } from './everyStep.ts'
import { openJobQueue } from './jobQueue.ts'
import { sealFactors } from './sealFactors.ts'

export type CleaningJobsOptions = {
  /** Role umg_worker; the tables are in the schema bullmq, migrated beforehand. */
  readonly databaseUrl: string
  /** Role umg_worker: the outbox, the partitions of the log of conversions, and deliveries of webhooks. */
  readonly pool: Pool
  /** Role umg_app: the data keys, one tenant at a time. */
  readonly appPool: Pool
  readonly vault: Vault
  readonly factorSealer: FactorSealer
  /** Does the same in each database that a tenant has for itself. Default: there are none. */
  readonly inEach?: (work: (pool: Pool) => Promise<unknown>) => Promise<void>
  readonly log: Logger
  /** Default `cleaning`; tests take one of their own. */
  readonly queueName?: string
}

/** Names the schedule in the database: however many workers set it, there is one. */
const SCHEDULE = 'removeOldMessages'
const AT_START = 'clean at start'
// Every hour, not once a day: a machine that is off every night still gets to it, and a run with nothing to do is two looks into an index.
const EVERY_HOUR = { pattern: '17 * * * *', tz: 'UTC' } as const
const ATTEMPTS = 3
const FIRST_DELAY_MS = 10_000
/** Finished jobs that can still be looked at. */
const REMEMBERED_JOBS = 48

/** Removes what is kept long enough, when it starts and every hour, in one of the workers. `close` waits for a run at work. */
export async function startCleaningJobs({ databaseUrl, pool, appPool, vault, factorSealer, inEach, log, queueName = 'cleaning' }: CleaningJobsOptions) {
  const clean = async (database: Pool) => {
    const removed: Record<string, unknown> = {}
    const removing = (what: string, span: string, remove: (from: Pool) => Promise<unknown>) => async () => {
      removed[what] = await inSpan(span, {}, () => remove(database))
    }
    await everyStep([
      removing('messages', 'outbox.clean', removeOldMessages),
      removing('partitions', 'conversions.clean', emptyOldSlots),
      removing('groups', 'groups.clean', removeUnusedGroups),
      removing('deliveries', 'webhooks.clean', removeOldDeliveries),
    ]).finally(() => log.info(removed, 'old messages, conversions, groups and deliveries of webhooks removed'))
  }
  const stores = { worker: pool, app: appPool, vault }
  const wrapKeys = async () => {
    const { versions, failed } = await inSpan('dataKeys.rewrap', {}, () => rewrapDataKeys(stores))
    if (versions > 0) log.info({ versions }, 'data keys wrapped under the current master key')
    for (const { tenantId, error } of failed) log.error({ err: error, tenantId }, 'the data keys of a tenant could not be wrapped anew')
  }
  const hideAddresses = async () => {
    const { failed: unsealed, ...sealed } = await inSpan('addresses.seal', {}, () => sealAddresses(stores))
    if (sealed.invitations + sealed.members > 0) log.info(sealed, 'addresses sealed under the current data keys')
    for (const { tenantId, error } of unsealed) log.error({ err: error, tenantId }, 'the addresses of a tenant could not be sealed')
  }
  // One that fails hour after hour keeps none of the others from being done.
  const work = () => everyStep([() => clean(pool), async () => inEach?.(clean), wrapKeys, hideAddresses, () => sealFactors(pool, factorSealer, log)])
  const { queue, close } = await openJobQueue<Record<string, never>>({ name: queueName, databaseUrl, concurrency: 1, work, log })
  await queue.upsertJobScheduler(SCHEDULE, EVERY_HOUR, {
    name: SCHEDULE,
    opts: {
      attempts: ATTEMPTS,
      backoff: { type: 'exponential', delay: FIRST_DELAY_MS, jitter: 0.5 },
      removeOnComplete: { count: REMEMBERED_JOBS },
      removeOnFail: { count: REMEMBERED_JOBS },
    },
  })
  // A machine that is on for less than an hour a day gets to it too.
  await queue.add(AT_START, {}, { jobId: AT_START, removeOnComplete: true, removeOnFail: true })
  return { queue, close }
}
