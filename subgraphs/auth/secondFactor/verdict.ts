import type { Account } from '#db/entities/auth/Account.ts'
import { failure } from '#ops/service/errors.ts'
import { rateLimited } from '../issuer.ts'

/** What came of a try to prove an account. It is answered from within a transaction that counts what is wrong, so it is thrown after that. */
export type Verdict =
  | { readonly kind: 'PROVEN'; readonly account: Account }
  | { readonly kind: 'ENDED' }
  | { readonly kind: 'WRONG' }
  | { readonly kind: 'WAIT'; readonly seconds: number }

/** The account, or CHALLENGE_ENDED, SECOND_FACTOR_WRONG or RATE_LIMITED. */
export function requireProven(verdict: Verdict): Account {
  switch (verdict.kind) {
    case 'PROVEN':
      return verdict.account
    case 'ENDED':
      throw failure('CHALLENGE_ENDED', {})
    case 'WRONG':
      throw failure('SECOND_FACTOR_WRONG', { message: 'This is not right, or was used before.' })
    case 'WAIT':
      throw rateLimited(verdict.seconds)
  }
}
