import type { Jwk } from '#ops/config.ts'
import { signIdentity, type Identity, type SubgraphName } from '#ops/security/identity.ts'

export type SignFor = (identity: Identity, audience: SubgraphName) => Promise<string>

/** A signature is good for 30 s; one is used again for this long, so that it has most of its life left when it arrives. */
const REUSE_MS = 10_000

/**
 * Signs identities for one subgraph at a time. The signature of the same identity object is used again for a few seconds: signing costs more than
 * everything else the gateway does for a small request.
 */
export function createIdentitySigner({ privateKey, now }: { readonly privateKey: Jwk; readonly now: () => Date }): SignFor {
  const signed = new WeakMap<Identity, Map<SubgraphName, { readonly token: Promise<string>; readonly until: number }>>()
  return (identity, audience) => {
    const byAudience = signed.get(identity) ?? new Map<SubgraphName, { readonly token: Promise<string>; readonly until: number }>()
    signed.set(identity, byAudience)
    const at = now()
    const known = byAudience.get(audience)
    if (known !== undefined && known.until > at.getTime()) return known.token
    const token = signIdentity({ identity, audience, privateKey, now: at })
    byAudience.set(audience, { token, until: at.getTime() + REUSE_MS })
    token.catch(() => byAudience.delete(audience))
    return token
  }
}
