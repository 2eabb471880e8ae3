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

test('no role or key can verify keys: that is the gateway’s own', () => {
  const held = [...ROLES.map(scopesOf), ...KEY_KINDS.map(scopesOfKey)].flat()
  expect(held).not.toContain('keys:verify')
})
