import type { Choice } from '../design/choice.ts'

export type Role = 'owner' | 'admin' | 'user' | 'viewer'

/** From the one that may do most to the one that may do least. */
export const roles: readonly Choice<Role>[] = [
  { value: 'owner', label: 'Owner', hint: 'everything, also what ends the tenant' },
  { value: 'admin', label: 'Admin', hint: 'members, keys, apps and settings' },
  { value: 'user', label: 'User', hint: 'questions, segments, users behind numbers' },
  { value: 'viewer', label: 'Viewer', hint: 'numbers alone' },
]

/** The roles that somebody with this one may give: none above it. */
export function rolesUpTo(role: string | null): readonly Choice<Role>[] {
  const at = roles.findIndex(({ value }) => value === role)
  return at === -1 ? [] : roles.slice(at)
}

export const isRole = (text: string): text is Role => roles.some(({ value }) => value === text)

/** "an admin", "a user". */
export const withArticle = (role: string): string => `${/^[ao]/.test(role) ? 'an' : 'a'} ${role}`
