import type { Vault } from '../crypto/vault.ts'
import { withSettings, type Pool } from '../pool.ts'

/** An invitation's address as it is kept. */
export type KeptAddress = { readonly email?: string | null; readonly emailSealed?: Uint8Array | null }

/** Keeps addresses of one tenant so that only its data key shows them. */
export type AddressBook = {
  readonly sealerFor: (tenantId: string) => Promise<(address: string) => { readonly emailSealed: Buffer; readonly emailHash: Buffer }>
  /** Null for an address that nobody can read any more. */
  readonly readerFor: (tenantId: string) => Promise<(kept: KeptAddress) => string | null>
}

/**
 * Asks for keys in a transaction of its own, before the one that uses them: what is sealed while somebody destroys the keys is unreadable with the rest.
 */
export function createAddressBook({ pool, vault }: { readonly pool: Pool; readonly vault: Vault }): AddressBook {
  return {
    sealerFor: (tenantId) =>
      withSettings(pool, tenantId, async (client) => {
        const seal = await vault.sealerFor(client, tenantId)
        const hash = await vault.hasherFor(client, tenantId)
        return (address) => ({ emailSealed: seal('invitations.email', address), emailHash: hash(address) })
      }),
    readerFor: (tenantId) =>
      withSettings(pool, tenantId, async (client) => {
        const open = await vault.openerFor(client, tenantId)
        return ({ email, emailSealed }) => {
          if (typeof email === 'string') return email
          const opened = emailSealed === null || emailSealed === undefined ? 'damaged' : open('invitations.email', Buffer.from(emailSealed))
          return typeof opened === 'string' ? null : opened.toString()
        }
      }),
  }
}
