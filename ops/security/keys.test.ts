import { expect, test } from 'vitest'
import { createKeySecret, formatKey, hashKey, isKeyHash, looksLikeKey, parseKey, type KeyText } from './keys.ts'

const key: KeyText = {
  kind: 'api',
  tenantId: '11111111-1111-4111-8111-111111111111',
  keyId: '22222222-2222-4222-8222-222222222222',
  secret: createKeySecret(),
}
const pepper = 'pepper'

test('a key that was written is read back as the same parts', () => {
  expect(parseKey(formatKey(key))).toEqual(key)
  expect(looksLikeKey(formatKey(key))).toBe(true)
})

test('a key is known by its hash', () => {
  expect(isKeyHash({ pepper, key, hash: hashKey({ pepper, key }) })).toBe(true)
})

test.each<readonly [string, Partial<KeyText>]>([
  ['secret', { secret: createKeySecret() }],
  ['kind', { kind: 'partner' }],
  ['tenant', { tenantId: '33333333-3333-4333-8333-333333333333' }],
  ['id', { keyId: '33333333-3333-4333-8333-333333333333' }],
])('a key with another %s has another hash', (_, change) => {
  expect(isKeyHash({ pepper, key: { ...key, ...change }, hash: hashKey({ pepper, key }) })).toBe(false)
})

test('another pepper makes another hash, and a hash of another length is no match', () => {
  expect(isKeyHash({ pepper: 'salt', key, hash: hashKey({ pepper, key }) })).toBe(false)
  expect(isKeyHash({ pepper, key, hash: Buffer.alloc(0) })).toBe(false)
})

test.each([
  '',
  'umg_',
  'eyJhbGciOiJFZERTQSJ9.e30.x',
  formatKey(key).toUpperCase(),
  `${formatKey(key)}0`,
  `${formatKey(key)}\n`,
  ` ${formatKey(key)}`,
  formatKey(key).slice(0, -1),
  formatKey(key).replace('umg_api_', 'umg_root_'),
  formatKey(key).replace('_11111111-', "_' or 1=1 --"),
])('%j is no key', (text) => {
  expect(parseKey(text)).toBeNull()
})
