import { generateAuthenticationOptions, type PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server'
import { Account } from '#db/entities/auth/Account.ts'
import { Passkey } from '#db/entities/auth/Passkey.ts'
import { inAccount, inGlobal, type EntityManager } from '#db/tenantScope.ts'
import { failure } from '#ops/service/errors.ts'
import type { Client, Login } from '../issuer.ts'
import { CHALLENGE_MS, webAuthnChallenge, type ChallengeOf } from './challenge.ts'
import { lockFactors } from './factorRow.ts'
import { answeredChallenge, parseAuthentication } from './passkeyResponse.ts'
import { requireParty } from './relyingParty.ts'
import { isGenuine } from './proveFactor.ts'
import type { SecondStepOptions } from './secondStep.ts'
import { requireProven, type Verdict } from './verdict.ts'
import { verifyPasskey } from './verifyPasskey.ts'

/**
 * What the browser is asked to sign. With the challenge of a login: by one of the account's passkeys, as its second factor. Without: by any that is
 * kept for our pages, which says whose it is. Throws CHALLENGE_ENDED for a challenge that is over.
 */
export function createStartPasskeyLogin({ orm, party, challenges }: Pick<SecondStepOptions, 'orm' | 'party' | 'challenges'>) {
  return async function startPasskeyLogin(text: string | null): Promise<PublicKeyCredentialRequestOptionsJSON> {
    const common = { rpID: requireParty(party).id, timeout: CHALLENGE_MS }
    if (text === null) {
      const issued = challenges.issue('passwordless', {})
      return generateAuthenticationOptions({ ...common, challenge: bytesOf(issued.text), userVerification: 'required' })
    }
    const challenge = challenges.open('login', text)
    if (challenge === null) throw failure('CHALLENGE_ENDED', {})
    const passkeys = await inGlobal(orm, (em) => em.find(Passkey, { accountId: challenge.accountId }))
    return generateAuthenticationOptions({
      ...common,
      challenge: bytesOf(webAuthnChallenge({ key: challenge.key, challengeId: challenge.id })),
      allowCredentials: passkeys.map(({ credentialId, transports }) => ({ id: credentialId, transports: [...transports] })),
      userVerification: 'preferred',
    })
  }
}

export type PasskeyAnswer = {
  /** What the browser answered. */
  readonly response: unknown
  readonly rememberMe: boolean
  readonly client: Client
}

/**
 * A passkey in place of address and password. It must have asked for a finger or a PIN, so it is two factors by itself. Throws CHALLENGE_ENDED or
 * SECOND_FACTOR_WRONG.
 */
export function createFinishPasskeyLogin({ orm, party, challenges, history, recordDeed, finishLogin, now }: SecondStepOptions) {
  type Answered = { readonly challenge: ChallengeOf<'passwordless'>; readonly text: string; readonly response: ReturnType<typeof parseAuthentication> }

  async function judge(em: EntityManager, { id, accountId }: Pick<Passkey, 'id' | 'accountId'>, answered: Answered, client: Client): Promise<Verdict> {
    const { challenge, text, response } = answered
    await lockFactors(em, { accountId, at: now() })
    const account = await em.findOne(Account, { id: accountId })
    const passkey = await em.findOne(Passkey, { id })
    if (account === null || passkey === null) return { kind: 'WRONG' }
    if (await challenges.isUsed(em, challenge.id)) return { kind: 'ENDED' }
    const verdict = await verifyPasskey({ passkey, party: requireParty(party), response, challenge: text, mustVerifyUser: true, at: now() })
    if (!(await isGenuine(em, { verdict, account, client, passkey, recordDeed }))) return { kind: 'WRONG' }
    await challenges.use(em, challenge)
    await history.succeeded(em, { account, client, signals: await history.signals(em, accountId, client), isTold: true })
    return { kind: 'PROVEN', account }
  }

  return async function finishPasskeyLogin({ response: value, rememberMe, client }: PasskeyAnswer): Promise<Login> {
    requireParty(party)
    const response = parseAuthentication(value)
    const text = answeredChallenge(response) ?? ''
    const challenge = challenges.open('passwordless', text)
    if (challenge === null) throw failure('CHALLENGE_ENDED', {})
    const known = await inGlobal(orm, (em) => em.findOne(Passkey, { credentialId: response.id }, { fields: ['id', 'accountId'] }))
    if (known === null) throw failure('SECOND_FACTOR_WRONG', { message: 'This passkey is not known here, or was removed.' })
    const account = requireProven(await inAccount(orm, known.accountId, (em) => judge(em, known, { challenge, text, response }, client)))
    return finishLogin({ account, passwordHash: null, rememberMe, client })
  }
}

const bytesOf = (text: string): Buffer<ArrayBuffer> => Buffer.from(text, 'base64url')
