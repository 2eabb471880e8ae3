import { isIP } from 'node:net'
import { failure } from '#ops/service/errors.ts'

/** For whom passkeys are made, and on which pages: told by PUBLIC_URL alone, never by what a request says. */
export type RelyingParty = { readonly id: string; readonly origin: string }

/**
 * Null for an address of the network, for which no browser makes a passkey. The address of this machine alone has a name by which browsers make them:
 * a page opened as `http://localhost:4000`.
 */
export function relyingPartyOf(publicUrl: string): RelyingParty | null {
  const url = new URL(publicUrl)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) === 0) return { id: host, origin: url.origin }
  if (host !== '127.0.0.1' && host !== '::1') return null
  url.hostname = 'localhost'
  return { id: 'localhost', origin: url.origin }
}

/** Throws PASSKEYS_UNAVAILABLE where there can be none. */
export function requireParty(party: RelyingParty | null): RelyingParty {
  if (party === null) throw failure('PASSKEYS_UNAVAILABLE', {})
  return party
}
