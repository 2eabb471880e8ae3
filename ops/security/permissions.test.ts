import { expect, test } from 'vitest'
import { KEY_KINDS, ROLES, SCOPES, scopesOf, scopesOfKey } from './permissions.ts'

test('each role can do what the role below it can', () => {
  for (const [index, role] of ROLES.entries()) {
    const below = ROLES[index + 1]
    if (below !== undefined) expect(scopesOf(role)).toEqual(expect.arrayContaining([...scopesOf(below)]))
  }
})

test('a viewer reads and neither explains nor sees identifiers', () => {
  expect(scopesOf('viewer')).toEqual(['analytics:read', 'campaigns:read', 'tenant:read'])
})

test('no key can write anything but events, and only an ingest key can do that', () => {
  const writes = SCOPES.filter((scope) => scope.endsWith(':write'))
  for (const kind of KEY_KINDS) expect(scopesOfKey(kind).filter((scope) => writes.includes(scope))).toEqual(kind === 'ingest' ? ['events:write'] : [])
})

// Rows of its own are all that it has: a key that could count would need a least number of users behind each number.
test('a partner’s key follows conversions and names campaigns, and asks for no aggregates', () => {
  expect(scopesOfKey('partner')).toEqual(['campaigns:read', 'conversions:read'])
})

test('no role or key can verify keys: that is the gateway’s own', () => {
  const held = [...ROLES.map(scopesOf), ...KEY_KINDS.map(scopesOfKey)].flat()
  expect(held).not.toContain('keys:verify')
})
