import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { LockMode } from '@mikro-orm/core'
import { Account } from '#db/entities/auth/Account.ts'
import { AccountToken } from '#db/entities/auth/AccountToken.ts'
import type { EntityManager } from '#db/tenantScope.ts'
import { failure } from '#ops/service/errors.ts'

export type TokenPurpose = AccountToken['purpose']

const TOKEN_BYTES = 32
const TOKEN = /^[\w-]{43}$/

/** Tokens that go out by mail: 256 random bits, stored as a hash, good once and for a while. All within the caller's transaction. */
export function createMailTokens({ now }: { readonly now: () => Date }) {
  const hashOf = (text: string): Buffer => createHash('sha256').update(`umg-mail-token ${text}`).digest()
  return {
    lockAccount,

    /** The text of a new token. What of the account's has run out goes. */
    async make(
      em: EntityManager,
      { accountId, purpose, lifetimeMs }: { readonly accountId: string; readonly purpose: TokenPurpose; readonly lifetimeMs: number },
    ) {
      const at = now()
      // The account first, then its tokens, as whoever uses one: so nobody waits for each other.
      await lockAccount(em, accountId)
      await em.nativeDelete(AccountToken, { accountId, expiresAt: { $lte: at } })
      const text = randomBytes(TOKEN_BYTES).toString('base64url')
      const row = { id: randomUUID(), accountId, purpose, createdAt: at, expiresAt: new Date(at.getTime() + lifetimeMs), usedAt: null }
      em.persist(em.create(AccountToken, { ...row, tokenHash: hashOf(text) }))
      return text
    },

    /**
     * Whose token it is. Throws BAD_USER_INPUT when it is no token, was used, or is too old. Another transaction that is using it is waited for, so in one
     * that uses it the account is locked before.
     */
    async find(em: EntityManager, text: string, purpose: TokenPurpose): Promise<{ readonly accountId: string }> {
      const condition = { tokenHash: hashOf(text), purpose, usedAt: null, expiresAt: { $gt: now() } }
      const token = TOKEN.test(text) ? await em.findOne(AccountToken, condition, { lockMode: LockMode.PESSIMISTIC_WRITE }) : null
      if (token === null) throw badToken()
      return { accountId: token.accountId }
    },

    /** With one of them used, none of the account's for this purpose is good any more. */
    use: (em: EntityManager, { accountId, purpose }: { readonly accountId: string; readonly purpose: TokenPurpose }): Promise<number> =>
      em.nativeUpdate(AccountToken, { accountId, purpose, usedAt: null }, { usedAt: now() }),
  }
}

const lockAccount = (em: EntityManager, id: string): Promise<Account> => em.findOneOrFail(Account, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE })

function badToken() {
  const message = 'This link is not good any more: it was used already, or it is too old. Ask for another one.'
  return failure('BAD_USER_INPUT', { message }, { fields: [{ field: 'token', message: 'was used already, or is too old' }] })
}
