import { verifyAuthenticationResponse, type AuthenticationResponseJSON } from '@simplewebauthn/server'
import type { Passkey } from '#db/entities/auth/Passkey.ts'
import { currentRequest } from '#ops/service/requestScope.ts'
import { readTransports } from './passkeyResponse.ts'
import type { RelyingParty } from './relyingParty.ts'

export type PasskeyProof = {
  readonly passkey: Passkey
  readonly party: RelyingParty
  readonly response: AuthenticationResponseJSON
  /** What the browser was given to sign, base64url. */
  readonly challenge: string
  /** Whether the authenticator must have asked for a finger or a PIN: where the passkey is all that there is. */
  readonly mustVerifyUser: boolean
  readonly at: Date
}

export type PasskeyVerdict = 'RIGHT' | 'WRONG' | 'COPIED'

/**
 * Whether the passkey signed the challenge for our pages; then its counter and last use are kept. `COPIED`: the signature is right, but the
 * authenticator counts fewer signatures than we have seen, so there are two of it.
 */
export async function verifyPasskey({ passkey, party, response, challenge, mustVerifyUser, at }: PasskeyProof): Promise<PasskeyVerdict> {
  const { credentialId, publicKey, counter, transports, accountId } = passkey
  const { userHandle } = response.response
  if (response.id !== credentialId || (userHandle !== undefined && userHandle !== userHandleOf(accountId).toString('base64url'))) return 'WRONG'
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      // The library looks at the counter before the signature; what a wrong signature counts is nothing to us, so it is looked at below.
      credential: { id: credentialId, publicKey: new Uint8Array(publicKey), counter: 0, transports: readTransports(transports) },
      requireUserVerification: mustVerifyUser,
    })
    if (!verified) return 'WRONG'
    const { newCounter } = authenticationInfo
    if ((newCounter > 0 || counter > 0) && newCounter <= counter) return 'COPIED'
    passkey.counter = newCounter
    passkey.lastUsedAt = at
    return 'RIGHT'
  } catch (error) {
    // All that the library throws is about the response.
    currentRequest().log.debug({ err: error, passkeyId: passkey.id }, 'a passkey was refused')
    return 'WRONG'
  }
}

/** What an authenticator keeps beside a passkey to say whose it is: the bytes of the account's id. */
export const userHandleOf = (accountId: string): Buffer<ArrayBuffer> => Buffer.from(accountId.replaceAll('-', ''), 'hex')
