import { ROLES, scopesOf, type Role, type Scope } from '#ops/security/permissions.ts'
import { failure } from '#ops/service/errors.ts'
import type { Identity } from '#ops/security/identity.ts'
import { InputCheck } from './input.ts'

/** The role of this name. Throws BAD_USER_INPUT. */
export function readRole(name: string): Role {
  const role = ROLES.find((known) => known === name)
  if (role !== undefined) return role
  const check = new InputCheck()
  check.expect(false, 'role', `must be one of ${ROLES.join(', ')}`)
  check.done()
  throw new Error('A bad field was not refused.')
}

/** Throws FORBIDDEN when the viewer may not give, or take away, this role: none above their own, and owners are made and unmade by owners. */
export function requireRank({ scopes }: Identity, role: Role): void {
  if (isWithin(scopes, role)) return
  throw failure('FORBIDDEN', { message: `The role "${role}" is above your own, so you can neither give it nor take it away.` })
}

/** Whether an owner or admin of this role may give the other one. */
export const mayInvite = (own: Role, role: Role): boolean => scopesOf(own).includes('members:write') && isWithin(scopesOf(own), role)

const isWithin = (scopes: readonly Scope[], role: Role): boolean => scopesOf(role).every((scope) => scopes.includes(scope))
