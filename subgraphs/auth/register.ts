import { randomUUID } from 'node:crypto'
import { UniqueConstraintViolationException } from '@mikro-orm/core'
import { Account } from '#db/entities/auth/Account.ts'
import { appendOutboxIn } from '#db/outbox/append.ts'
import { inGlobal, type EntityManager, type MikroORM } from '#db/tenantScope.ts'
import { hashPassword, requireRoomToHash } from '#ops/security/passwords.ts'
import { failure } from '#ops/service/errors.ts'
import type { CheckCaptcha } from './captcha.ts'
import { rateLimited, type Client, type Issuer, type Login } from './issuer.ts'
import type { KnownDevices } from './knownDevice.ts'
import { originOf } from './network.ts'
import { readRegistration, type Registration } from './registration.ts'
import type { Limit, SharedLimits } from './sharedLimits.ts'

const REGISTRATIONS_OF_ADDRESS: Limit = { name: 'register', attempts: 200, windowMs: 3_600_000 }
/** Where a captcha is configured, who registers more from one address solves it. */
const CAPTCHA_AFTER: Limit = { name: 'register.suspect', attempts: 5, windowMs: 3_600_000 }

export type NewRegistration = Registration & { readonly client: Client; readonly captchaToken?: string | null }

export type RegisterOptions = {
  readonly orm: MikroORM
  readonly issuer: Issuer
  readonly devices: KnownDevices
  readonly checkCaptcha: CheckCaptcha | null
  /** Asks for the mail that verifies the address, in the same transaction. */
  readonly askToVerify: (em: EntityManager, account: { readonly id: string; readonly email: string; readonly name: string }) => Promise<void>
  readonly limits: SharedLimits
  readonly now: () => Date
}

/** Makes an account and logs it in. Throws BAD_USER_INPUT with every bad field, CONFLICT for an address that has an account. */
export function createRegister({ orm, issuer, devices, checkCaptcha, askToVerify, limits, now }: RegisterOptions) {
  async function admit(client: Client, captchaToken: string | null): Promise<void> {
    const key = originOf(client)
    const [wait = null, suspicion = null] = await limits.take([
      { limit: REGISTRATIONS_OF_ADDRESS, key, refuses: true, counts: true },
      { limit: CAPTCHA_AFTER, key, refuses: false, counts: true },
    ])
    if (wait !== null) throw rateLimited(wait)
    if (checkCaptcha === null || suspicion === null) return
    if (captchaToken === null || !(await checkCaptcha(captchaToken, client.clientAddress))) throw failure('CAPTCHA_REQUIRED', {})
  }

  return async function register({ email, password, name, client, captchaToken = null }: NewRegistration): Promise<Login> {
    requireRoomToHash(originOf(client))
    await admit(client, captchaToken)
    const input = await readRegistration({ email, password, name })
    const account = { id: randomUUID(), email: input.email, name: input.name }
    const passwordHash = await hashPassword(password, { by: originOf(client) })
    const session = await inGlobal(orm, async (em) => {
      em.persist(em.create(Account, { ...account, passwordHash, emailVerifiedAt: null, createdAt: now() }))
      await em.flush()
      const aggregate = `account:${account.id}`
      const payload = { accountId: account.id, email: account.email, name: account.name }
      await appendOutboxIn(em, { tenantId: null, topic: 'account.registered', aggregate, payload })
      await askToVerify(em, account)
      return issuer.sessions.open(em, { accountId: account.id, isRemembered: false, clientAddress: client.clientAddress, userAgent: client.userAgent })
    }).catch((error: unknown) => {
      if (error instanceof UniqueConstraintViolationException) throw failure('CONFLICT', { message: 'There is an account with this e-mail address already.' })
      throw error
    })
    return { ...(await issuer.issue(session, account)), device: devices.make(account.email) }
  }
}
