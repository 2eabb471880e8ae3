import { SignJWT } from 'jose'
import { expect, test } from 'vitest'
import { ANONYMOUS, identityKey, rightsKey, signIdentity, verifyIdentity, type Identity } from './identity.ts'
import { scopesOf } from './permissions.ts'
import { createSigningKeyPair, privateKeyOf } from './signingKeys.ts'

const { privateKey, publicKey } = await createSigningKeyPair()
const now = new Date('2026-01-01T00:00:00Z')
const after = (seconds: number): Date => new Date(now.getTime() + seconds * 1000)

const account: Identity = {
  kind: 'account',
  subjectId: '11111111-1111-4111-8111-111111111111',
  sessionId: '22222222-2222-4222-8222-222222222222',
  tenantId: '33333333-3333-4333-8333-333333333333',
  tenantSlug: 'acme',
  role: 'user',
  scopes: scopesOf('user'),
  filters: [{ dimension: 'partner', in: ['partner-1'] }],
  masks: ['revenue'],
  hashFamily: null,
}
const sign = (identity: Identity): Promise<string> => signIdentity({ identity, audience: 'tenant', privateKey, now })

test('a subgraph reads the identity that the gateway signed for it', async () => {
  const token = await sign(account)
  expect(await verifyIdentity({ token, audience: 'tenant', publicKey, now })).toEqual(account)
})

test.each<Identity>([
  ANONYMOUS,
  { ...ANONYMOUS, kind: 'gateway', scopes: ['keys:verify'] },
  { ...account, kind: 'key', sessionId: null, role: null, hashFamily: '44444444-4444-4444-8444-444444444444' },
])('an identity of kind $kind is read as it was signed', async (identity) => {
  expect(await verifyIdentity({ token: await sign(identity), audience: 'tenant', publicKey, now })).toEqual(identity)
})

test('what a key with hashes of another family is shown is shared with nobody, and only keys have hashes', async () => {
  const key = { ...account, kind: 'key', sessionId: null, role: null, hashFamily: account.sessionId } as const
  const other = { ...key, hashFamily: account.tenantId }
  expect(rightsKey(key)).not.toBe(rightsKey(other))
  expect(identityKey(key)).not.toBe(identityKey(other))
  expect(rightsKey(key)).toBe(rightsKey({ ...key, subjectId: account.tenantId }))
  await expect(sign({ ...account, hashFamily: key.hashFamily })).rejects.toThrow(/incoherent/)
})

test('an identity for one subgraph is nothing to another', async () => {
  expect(await verifyIdentity({ token: await sign(account), audience: 'campaign', publicKey, now })).toBeNull()
})

test('an identity is good for 30 seconds and the clocks may differ by a few', async () => {
  const token = await sign(account)
  expect(await verifyIdentity({ token, audience: 'tenant', publicKey, now: after(29) })).not.toBeNull()
  expect(await verifyIdentity({ token, audience: 'tenant', publicKey, now: after(36) })).toBeNull()
  expect(await verifyIdentity({ token, audience: 'tenant', publicKey, now: after(-3) })).not.toBeNull()
  expect(await verifyIdentity({ token, audience: 'tenant', publicKey, now: after(-60) })).toBeNull()
})

test('an identity signed by another key is refused, also when it claims our key id', async () => {
  const other = await createSigningKeyPair()
  const forged = await signIdentity({ identity: account, audience: 'tenant', privateKey: { ...other.privateKey, kid: privateKey.kid ?? '' }, now })
  expect(await verifyIdentity({ token: forged, audience: 'tenant', publicKey, now })).toBeNull()
})

test('an identity with one byte changed is refused', async () => {
  const [header = '', payload = '', signature = ''] = (await sign(account)).split('.')
  const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
  const changed = Buffer.from(JSON.stringify(Object.assign({}, claims, { role: 'owner' }))).toString('base64url')
  expect(await verifyIdentity({ token: `${header}.${changed}.${signature}`, audience: 'tenant', publicKey, now })).toBeNull()
})

test('an unsigned token and what is no token at all are refused', async () => {
  const [, payload = ''] = (await sign(account)).split('.')
  const header = Buffer.from(JSON.stringify({ alg: 'none', typ: 'umg-identity', kid: publicKey.kid })).toString('base64url')
  for (const token of ['', 'x', 'a.b.c', `${header}.${payload}.`, 'x'.repeat(10_000)]) {
    expect(await verifyIdentity({ token, audience: 'tenant', publicKey, now })).toBeNull()
  }
})

const raw = (typ: string, claims: Record<string, unknown>): Promise<string> => {
  const seconds = now.getTime() / 1000
  const token = new SignJWT({ kind: 'account', sid: null, tid: null, tslug: null, role: null, scopes: [], filters: [], masks: [], ...claims })
  token
    .setProtectedHeader({ alg: 'EdDSA', typ, kid: publicKey.kid ?? '' })
    .setIssuer('umg-gateway')
    .setAudience('umg-tenant')
  return token
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + 30)
    .sign(privateKeyOf(privateKey))
}

test.each<readonly [string, string, Record<string, unknown>]>([
  ['of another sort', 'umg-access', { sub: account.subjectId }],
  ['of an account without an id', 'umg-identity', {}],
  ['with scopes but no tenant', 'umg-identity', { sub: account.subjectId, scopes: ['analytics:read'] }],
  ['with an unknown scope', 'umg-identity', { sub: account.subjectId, tid: account.tenantId, scopes: ['everything'] }],
  ['with an unknown role', 'umg-identity', { sub: account.subjectId, tid: account.tenantId, role: 'root' }],
  ['of nobody with a role', 'umg-identity', { kind: 'anonymous', tid: account.tenantId, role: 'owner' }],
  ['of a key without a tenant', 'umg-identity', { kind: 'key', sub: account.subjectId }],
])('a well signed token %s is refused', async (_, typ, claims) => {
  expect(await verifyIdentity({ token: await raw(typ, claims), audience: 'tenant', publicKey, now })).toBeNull()
})

test('an identity that contradicts itself is not signed', async () => {
  await expect(sign({ ...account, tenantId: null })).rejects.toThrow('incoherent')
})
