import { createHmac, hkdfSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { createUserHasher, isHashOfNothing, USER_HASH_MASK } from './userHash.ts'

const of = { tenantId: '11111111-1111-4111-8111-111111111111', family: '22222222-2222-4222-8222-222222222222' }
const other = '33333333-3333-4333-8333-333333333333'

test('a user has one hash in a family: HMAC-SHA-256 in base64url under a key of tenant and family', () => {
  const hash = createUserHasher('secret', of)('ada')
  const key = Buffer.from(hkdfSync('sha256', 'secret', of.tenantId, `umg-user-hash ${of.family}`, 32))
  expect(hash).toBe(createHmac('sha256', key).update('ada').digest('base64url'))
  expect(hash).toMatch(/^[\w-]{43}$/)
  expect(createUserHasher('secret', of)('ada')).toBe(hash)
})

test('another user, family, tenant and secret have other hashes', () => {
  const hashes = [
    createUserHasher('secret', of)('ada'),
    createUserHasher('secret', of)('Ada'),
    createUserHasher('secret', { ...of, family: other })('ada'),
    createUserHasher('secret', { ...of, tenantId: other })('ada'),
    createUserHasher('secret', { tenantId: of.family, family: of.tenantId })('ada'),
    createUserHasher('another secret', of)('ada'),
  ]
  expect(new Set(hashes).size).toBe(hashes.length)
})

test('only the ids of users have hashes', () => {
  expect(['userId', USER_HASH_MASK, 'revenue', 'hash', 'revenue:hash', 'userid:hash', ':hash'].filter(isHashOfNothing)).toEqual([
    'revenue:hash',
    'userid:hash',
    ':hash',
  ])
})
