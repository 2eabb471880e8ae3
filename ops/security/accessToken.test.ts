import { expect, test } from 'vitest'
import { ACCESS_TOKEN_LIFETIME_SECONDS, signAccessToken, verifyAccessToken, type AccessClaims } from './accessToken.ts'
import { ANONYMOUS, signIdentity } from './identity.ts'
import { createSigningKeyPair } from './signingKeys.ts'

const { privateKey, publicKey } = await createSigningKeyPair()
const now = new Date('2026-01-01T00:00:00Z')
const after = (seconds: number): Date => new Date(now.getTime() + seconds * 1000)
const claims: AccessClaims = {
  accountId: '11111111-1111-4111-8111-111111111111',
  sessionId: '22222222-2222-4222-8222-222222222222',
  tenantId: '33333333-3333-4333-8333-333333333333',
  tenantSlug: 'acme',
  role: 'admin',
}

test('an access token says who came, by which session, into which tenant', async () => {
  const token = await signAccessToken({ claims, privateKey, now })
  expect(await verifyAccessToken({ token, publicKey, now })).toEqual(claims)
})

test('an account that has chosen no tenant has a token without one', async () => {
  const homeless = { ...claims, tenantId: null, tenantSlug: null, role: null }
  expect(await verifyAccessToken({ token: await signAccessToken({ claims: homeless, privateKey, now }), publicKey, now })).toEqual(homeless)
})

test('an access token ends after 15 minutes', async () => {
  const token = await signAccessToken({ claims, privateKey, now })
  expect(await verifyAccessToken({ token, publicKey, now: after(ACCESS_TOKEN_LIFETIME_SECONDS - 1) })).not.toBeNull()
  expect(await verifyAccessToken({ token, publicKey, now: after(ACCESS_TOKEN_LIFETIME_SECONDS + 6) })).toBeNull()
})

test('a token of another key is refused', async () => {
  const other = await createSigningKeyPair()
  expect(await verifyAccessToken({ token: await signAccessToken({ claims, privateKey: other.privateKey, now }), publicKey, now })).toBeNull()
})

test('an identity is no access token, even when the same key signed it', async () => {
  const token = await signIdentity({ identity: ANONYMOUS, audience: 'auth', privateKey, now })
  expect(await verifyAccessToken({ token, publicKey, now })).toBeNull()
})

test('a role without its tenant is refused', async () => {
  const token = await signAccessToken({ claims: { ...claims, tenantId: null, tenantSlug: null }, privateKey, now })
  expect(await verifyAccessToken({ token, publicKey, now })).toBeNull()
})

test('what is no token is refused', async () => {
  for (const token of ['', 'umg_api_x', 'a.b.c']) expect(await verifyAccessToken({ token, publicKey, now })).toBeNull()
})
