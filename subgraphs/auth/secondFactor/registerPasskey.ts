import { randomUUID } from 'node:crypto'
import {
  generateRegistrationOptions,
  verifyRegistrationResponse,
  type PublicKeyCredentialCreationOptionsJSON,
  type RegistrationResponseJSON,
  type WebAuthnCredential,
} from '@simplewebauthn/server'
import { Passkey } from '#db/entities/auth/Passkey.ts'
import { inAccount, type MikroORM } from '#db/tenantScope.ts'
import { failure } from '#ops/service/errors.ts'
import { currentRequest } from '#ops/service/requestScope.ts'
import type { RecordDeed } from '../accountRecorder.ts'
import type { Client } from '../issuer.ts'
import { CHALLENGE_MS, type Challenges } from './challenge.ts'
import { lockFactors } from './factorRow.ts'
import { answeredChallenge, parseRegistration, readTransports } from './passkeyResponse.ts'
import { requireParty, type RelyingParty } from './relyingParty.ts'
import { ownAccount } from './ownAccount.ts'
import { userHandleOf } from './verifyPasskey.ts'

export type RegisterPasskeyOptions = {
  readonly orm: MikroORM
  readonly party: RelyingParty | null
  readonly challenges: Challenges
  readonly recordDeed: RecordDeed
  readonly now: () => Date
}

export const MAX_PASSKEYS = 20
const MAX_NAME_LENGTH = 100
/** COSE numbers of EdDSA, ES256 and RS256: what today's authenticators have. */
const ALGORITHMS = [-8, -7, -257]

/** How a passkey comes to an account that is logged in. */
export function createRegisterPasskey({ orm, party, challenges, recordDeed, now }: RegisterPasskeyOptions) {
  return {
    /** What the browser is asked to make. */
    startRegistration: (accountId: string): Promise<PublicKeyCredentialCreationOptionsJSON> =>
      inAccount(orm, accountId, async (em) => {
        const { id: rpID } = requireParty(party)
        const account = await ownAccount(em, accountId)
        const known = await em.find(Passkey, { accountId })
        refuseTooMany(known.length)
        return generateRegistrationOptions({
          rpName: 'UnMoGrowP',
          rpID,
          userID: userHandleOf(accountId),
          userName: account.email,
          userDisplayName: account.name,
          challenge: Buffer.from(challenges.issue('registration', { accountId }).text, 'base64url'),
          timeout: CHALLENGE_MS,
          attestationType: 'none',
          excludeCredentials: known.map(({ credentialId, transports }) => ({ id: credentialId, transports: [...transports] })),
          authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'preferred' },
          supportedAlgorithmIDs: ALGORITHMS,
        })
      }),

    /** Keeps what the browser made. Throws BAD_USER_INPUT when it is not for our pages and this account, CHALLENGE_ENDED when it was kept already. */
    async finishRegistration(made: {
      readonly accountId: string
      readonly name: string
      readonly response: unknown
      readonly client: Client
    }): Promise<Passkey> {
      const { accountId, client } = made
      const name = readName(made.name)
      const response = parseRegistration(made.response)
      const text = answeredChallenge(response) ?? ''
      const challenge = challenges.open('registration', text)
      if (challenge?.accountId !== accountId) throw refused()
      const credential = await verify({ response, party: requireParty(party), challenge: text })
      return inAccount(orm, accountId, async (em) => {
        const account = await ownAccount(em, accountId)
        await lockFactors(em, { accountId, at: now() })
        if (!(await challenges.use(em, challenge))) throw failure('CHALLENGE_ENDED', {})
        refuseTooMany(await em.count(Passkey, { accountId }))
        const { id: credentialId, publicKey, counter } = credential
        if ((await em.count(Passkey, { credentialId })) > 0) throw failure('CONFLICT', { message: 'This passkey is kept already.' })
        const transports = readTransports(response.response.transports ?? [])
        const row = { accountId, credentialId, publicKey: Buffer.from(publicKey), counter, transports, name, createdAt: now(), lastUsedAt: null }
        const passkey = em.create(Passkey, { id: randomUUID(), ...row })
        await em.persist(passkey).flush()
        const told = `The passkey "${name}" was added. It is asked for at login, or is the login by itself.`
        await recordDeed(em, { account, client, action: 'passkey.added', target: `passkey:${passkey.id}`, after: { name }, told })
        return passkey
      })
    },
  }
}

type Verification = { readonly response: RegistrationResponseJSON; readonly party: RelyingParty; readonly challenge: string }

async function verify({ response, party, challenge }: Verification): Promise<WebAuthnCredential> {
  const wanted = { expectedChallenge: challenge, expectedOrigin: party.origin, expectedRPID: party.id, requireUserVerification: false }
  try {
    const { registrationInfo } = await verifyRegistrationResponse({ response, ...wanted, supportedAlgorithmIDs: ALGORITHMS })
    if (registrationInfo !== undefined) return registrationInfo.credential
  } catch (error) {
    // All that the library throws is about the response.
    currentRequest().log.debug({ err: error }, 'a new passkey was refused')
  }
  throw refused()
}

function refused() {
  return failure('BAD_USER_INPUT', { message: 'The passkey was not made for this account on our pages, or it took more than five minutes.' })
}

function refuseTooMany(count: number): void {
  if (count >= MAX_PASSKEYS) throw failure('CONFLICT', { message: `An account has at most ${MAX_PASSKEYS} passkeys. Remove one first.` })
}

function readName(text: string): string {
  const name = text.trim().normalize('NFC')
  if (name !== '' && name.length <= MAX_NAME_LENGTH && !/\p{Cc}/u.test(name)) return name
  const message = `must have 1 to ${MAX_NAME_LENGTH} characters`
  throw failure('BAD_USER_INPUT', { message: `The name ${message}.` }, { fields: [{ field: 'name', message }] })
}
