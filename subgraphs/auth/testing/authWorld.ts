import { randomBytes, randomUUID } from 'node:crypto'
import { GraphQLError } from 'graphql'
import { createOrm } from '#db/orm.ts'
import { openMailRequest, type RequestedMail } from '#db/outbox/requestMail.ts'
import { provisionAccount } from '#db/provision/provisionAccount.ts'
import { createTestTenant } from '#db/testing/createTestTenant.ts'
import { openTestPools, type TestPools } from '#db/testing/testPools.ts'
import { readConfig } from '#ops/config.ts'
import { createAuthService, type AuthService, type AuthSettings } from '../authService.ts'
import type { Client } from '../issuer.ts'

export type WorldAccount = { readonly accountId: string; readonly email: string; readonly password: string }
export type Audited = {
  readonly action: string
  readonly target: string
  readonly after: Record<string, unknown> | null
  readonly before: Record<string, unknown> | null
}

/** The page on which the tests' passkeys are made. */
export const PAGE = { publicUrl: 'https://analytics.example.test', origin: 'https://analytics.example.test' } as const
export const CLIENT: Client = { clientAddress: '192.0.2.10', userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' }

/** The auth service over the PostgreSQL of `npm test`, under a clock of the test's own. */
export type AuthWorld = {
  readonly pools: TestPools
  readonly auth: AuthService
  /** Sets the clock on. */
  readonly pass: (milliseconds: number) => void
  readonly now: () => Date
  /** Another service over the same database, such as another process. */
  readonly another: (settings?: Partial<AuthSettings>) => AuthService
  /** The same, of another installation: what is limited is counted anew. */
  readonly separate: (settings?: Partial<AuthSettings>) => AuthService
  /** An account that is a member of one tenant. */
  readonly addAccount: () => Promise<WorldAccount>
  /** What the audit log of its tenant will be told of an account, the oldest first. */
  readonly audited: (accountId: string) => Promise<readonly Audited[]>
  readonly mails: (accountId: string) => Promise<readonly RequestedMail[]>
  readonly close: () => Promise<void>
}

const PASSWORD = 'correct horse battery'

export async function openAuthWorld(): Promise<AuthWorld> {
  // The second of a half minute is always the same; the day is today, since what is kept for some days is removed by other tests' logins too.
  let clock = new Date(Math.floor(Date.now() / 30_000) * 30_000 + 5_000)
  const now = () => clock
  // Worlds of other files count in the same database.
  const ownKey = () => ({ refreshKey: randomBytes(32).toString('base64url') })
  const config = { ...readConfig.auth(), ...ownKey() }
  const pools = openTestPools()
  const orm = await createOrm({ ...config.postgres, poolSize: 4 })
  const { tenantId } = await createTestTenant({ withAccounts: false })
  const another = (settings: Partial<AuthSettings> = {}) => createAuthService({ orm, settings: { ...config, ...PAGE, ...settings }, now })
  const outbox = async (topic: string, aggregate: string): Promise<readonly unknown[]> => {
    const { rows } = await pools.worker.query<{ payload: unknown }>('SELECT payload FROM outbox WHERE topic = $1 AND aggregate = $2 ORDER BY id', [
      topic,
      aggregate,
    ])
    return rows.map(({ payload }) => payload)
  }
  return {
    pools,
    auth: another(),
    pass: (milliseconds) => {
      clock = new Date(clock.getTime() + milliseconds)
    },
    now,
    another,
    separate: (settings) => another({ ...ownKey(), ...settings }),
    addAccount: async () => {
      const email = `${randomUUID()}@example.test`
      const memberships = [{ tenantId, role: 'user' as const }]
      return { email, password: PASSWORD, ...(await provisionAccount(pools, { email, name: 'Ada', password: PASSWORD, memberships })) }
    },
    audited: async (accountId) => {
      const { rows } = await pools.worker.query<{ payload: Audited }>(
        "SELECT payload FROM outbox WHERE topic = 'audit.recorded' AND payload->'actor'->>'id' = $1 ORDER BY id",
        [accountId],
      )
      return rows.map(({ payload: { action, target, before, after } }) => ({ action, target, before, after }))
    },
    mails: async (accountId) => (await outbox('mail.requested', `account:${accountId}`)).map((payload) => openMailRequest(payload, config.mailKey)),
    close: async () => {
      await orm.close()
      await pools.close()
    },
  }
}

/** The error that the work fails with; fails itself when the work does not. */
export async function refusalOf(work: Promise<unknown>): Promise<GraphQLError> {
  const result = await work.then(
    () => null,
    (error: unknown) => error,
  )
  if (!(result instanceof GraphQLError)) throw new Error('It was not refused.', { cause: result })
  return result
}

export const codeOf = async (work: Promise<unknown>): Promise<unknown> => (await refusalOf(work)).extensions['code']
