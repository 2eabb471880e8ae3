import { randomUUID } from 'node:crypto'
import { UniqueConstraintViolationException } from '@mikro-orm/core'
import { Account } from '#db/entities/auth/Account.ts'
import { appendOutboxIn } from '#db/outbox/append.ts'
import { inGlobal, type MikroORM } from '#db/tenantScope.ts'
import { hashPassword } from '#ops/security/passwords.ts'
import { failure } from '#ops/service/errors.ts'
import { rateLimited, type Client, type Issuer, type Login } from './issuer.ts'
import { createRateLimit } from './rateLimit.ts'
import { readRegistration, type Registration } from './registration.ts'

const REGISTRATIONS_OF_ADDRESS = { attempts: 200, windowMs: 3_600_000 } as const

/** Makes an account and logs it in. Throws BAD_USER_INPUT with every bad field, CONFLICT for an address that has an account. */
export function createRegister({ orm, issuer, now }: { readonly orm: MikroORM; readonly issuer: Issuer; readonly now: () => Date }) {
  const registrations = createRateLimit({ ...REGISTRATIONS_OF_ADDRESS, now })
  return async function register({ email, password, name, client }: Registration & { readonly client: Client }): Promise<Login> {
    const address = client.clientAddress ?? ''
    const wait = registrations.waitSeconds(address)
    if (wait !== null) throw rateLimited(wait)
    const input = readRegistration({ email, password, name })
    registrations.count(address)
    const account = { id: randomUUID(), email: input.email, name: input.name }
    const passwordHash = await hashPassword(password)
    const session = await inGlobal(orm, async (em) => {
      em.persist(em.create(Account, { ...account, passwordHash, emailVerifiedAt: null, createdAt: now() }))
      await em.flush()
      await appendOutboxIn(em, {
        tenantId: null,
        topic: 'account.registered',
        aggregate: `account:${account.id}`,
        payload: { accountId: account.id, email: account.email, name: account.name },
      })
      return issuer.sessions.open(em, { accountId: account.id, isRemembered: false, ...client })
    }).catch((error: unknown) => {
      if (error instanceof UniqueConstraintViolationException) throw failure('CONFLICT', { message: 'There is an account with this e-mail address already.' })
      throw error
    })
    return issuer.issue(session, account)
  }
}
