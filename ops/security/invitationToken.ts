import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** The parts of `inv_<tenantId>_<invitationId>_<secret>`; the ids are lower-case UUIDs, the secret 64 hexadecimal digits. */
export type InvitationToken = { readonly tenantId: string; readonly invitationId: string; readonly secret: string }

const SECRET_BYTES = 32
const TOKEN = /^inv_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})_([0-9a-f]{64})$/

export const createInvitationToken = (ids: Omit<InvitationToken, 'secret'>): InvitationToken => ({ ...ids, secret: randomBytes(SECRET_BYTES).toString('hex') })

export const printInvitationToken = ({ tenantId, invitationId, secret }: InvitationToken): string => `inv_${tenantId}_${invitationId}_${secret}`

/** The parts, or null when the text has another form. Says nothing about whether there is such an invitation. */
export function parseInvitationToken(text: string): InvitationToken | null {
  const [, tenantId, invitationId, secret] = TOKEN.exec(text.trim()) ?? []
  return tenantId === undefined || invitationId === undefined || secret === undefined ? null : { tenantId, invitationId, secret }
}

/** What is stored of a token. The secret is random, so no slow hash is needed; the ids are hashed with it, so that a hash is worth nothing on another row. */
export const hashInvitationToken = (token: InvitationToken): Buffer => createHash('sha256').update(printInvitationToken(token)).digest()

/** Whether the token has this stored hash; takes the same time wherever they differ. */
export function isInvitationHash(token: InvitationToken, hash: Uint8Array): boolean {
  const expected = hashInvitationToken(token)
  return expected.length === hash.length && timingSafeEqual(expected, hash)
}
