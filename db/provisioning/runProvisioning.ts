import type { Logger } from '#ops/logging.ts'
import { TryLater } from '../outbox/relay.ts'
import { withSettings, type Pool, type PoolClient } from '../pool.ts'
import { countFailure, findProvisioning, moveProvisioning, PROVISIONING_STEPS, type Provisioning, type Standing } from './provisioning.ts'
import { PIVOT, STEPS, type Step, type StepDependencies } from './steps.ts'

export type ProvisioningOptions = StepDependencies & {
  /** Role umg_app. */
  readonly pool: Pool
  readonly log: Logger
  /** A step that failed this often is given up, and all is undone. Default 30: about a minute. */
  readonly maxAttempts?: number
}

const LOCK_CLASS = 1_886_546_538
const ONE_AT_A_TIME = 'SELECT pg_try_advisory_xact_lock($1::int, hashtext($2)) AS locked'
/** PostgreSQL's class of broken constraints: asking again changes nothing. */
const REFUSED = /^23/

/**
 * Makes the tenant from wherever it stands, or takes away what there is of it; either may be cut short at any point and begun again. Resolves when
 * it is done or undone. Throws TryLater when the rest has to be tried again, whatever the reason: half a tenant is never left lying.
 */
export async function runProvisioning(options: ProvisioningOptions, tenantId: string): Promise<void> {
  try {
    // A run that the relay gave up may still be at work; what two of them did to databases at once would be anybody's guess.
    await withSettings(options.pool, tenantId, async (guard) => {
      const { rows } = await guard.query<{ locked: boolean }>(ONE_AT_A_TIME, [LOCK_CLASS, tenantId])
      if (rows[0]?.locked !== true) throw new TryLater('Another run makes this tenant.')
      await walk(options, tenantId)
    })
  } catch (error) {
    throw error instanceof TryLater ? error : new TryLater(`The making of the tenant ${tenantId} was cut short.`, { cause: error })
  }
}

async function walk(options: ProvisioningOptions, tenantId: string): Promise<void> {
  let tenant = await withSettings(options.pool, tenantId, (client) => findProvisioning(client, tenantId))
  while (tenant !== null && (tenant.status === 'running' || tenant.status === 'undoing'))
    tenant = tenant.status === 'running' ? await goOn(options, tenant) : await goBack(options, tenant)
}

/** Does the next step, or begins to undo. */
async function goOn(options: ProvisioningOptions, tenant: Provisioning): Promise<Provisioning> {
  const next = STEPS[PROVISIONING_STEPS.indexOf(tenant.step) + 1]
  if (next === undefined) return move(options, tenant, { status: 'done', step: tenant.step })
  try {
    await next.outside?.(tenant, options)
    const isLast = next === STEPS.at(-1)
    return await move(options, tenant, { status: isLast ? 'done' : 'running', step: next.name }, next.inside)
  } catch (error) {
    const problem = await problemOf(options, { tenant, next, error })
    if (problem === null) throw new TryLater(`The step ${next.name} of the tenant ${tenant.tenantId} failed.`, { cause: error })
    options.log.warn({ err: error, tenantId: tenant.tenantId, step: next.name }, 'a tenant cannot be made; what there is of it is taken away')
    // What the failed step left half-made is undone with it.
    return move(options, tenant, { status: 'undoing', step: next.name, problem })
  }
}

/** Why it is given up, for whoever asked; null: it is tried again. */
async function problemOf(
  { pool, maxAttempts = 30 }: ProvisioningOptions,
  { tenant, next, error }: { readonly tenant: Provisioning; readonly next: Step; readonly error: unknown },
): Promise<string | null> {
  const canUndo = PROVISIONING_STEPS.indexOf(next.name) <= PROVISIONING_STEPS.indexOf(PIVOT)
  if (!canUndo) return null
  if (error instanceof Error && 'code' in error && typeof error.code === 'string' && REFUSED.test(error.code))
    return next.name === PIVOT ? 'The account that asked for the tenant does not exist any more.' : 'The tenant’s first rows were refused.'
  const attempts = await withSettings(pool, tenant.tenantId, (client) => countFailure(client, tenant.tenantId))
  return attempts >= maxAttempts ? 'The tenant’s databases could not be made.' : null
}

/** Undoes the step at which it stands. */
async function goBack(options: ProvisioningOptions, tenant: Provisioning): Promise<Provisioning> {
  const index = PROVISIONING_STEPS.indexOf(tenant.step)
  const step = STEPS[index]
  const before = STEPS[index - 1]
  await step?.undoOutside?.(tenant, options)
  const to: Standing = before === undefined ? { status: 'failed', step: tenant.step } : { status: 'undoing', step: before.name }
  return move(options, tenant, to, step?.undoInside)
}

type Inside = (client: PoolClient, tenant: Provisioning, dependencies: StepDependencies) => Promise<void>

async function move(options: ProvisioningOptions, tenant: Provisioning, to: Standing & { readonly problem?: string }, inside?: Inside): Promise<Provisioning> {
  const moved = await withSettings(options.pool, tenant.tenantId, async (client) => {
    // While the tenant is still where it was: the policy that lets it be taken away looks at the status.
    await inside?.(client, tenant, options)
    return moveProvisioning(client, tenant, to)
  })
  options.log.info({ tenantId: tenant.tenantId, ...to }, 'the making of a tenant went on')
  return moved
}
