import { describe, expect, it } from 'vitest'
import { isRole, rolesUpTo, withArticle } from './roles.ts'

describe('roles', () => {
  it('are given up to the own one', () => {
    const given = (role: string | null) => rolesUpTo(role).map(({ value }) => value)
    expect(given('owner')).toEqual(['owner', 'admin', 'user', 'viewer'])
    expect(given('admin')).toEqual(['admin', 'user', 'viewer'])
    expect([given(null), given('king')]).toEqual([[], []])
    expect([isRole('user'), isRole('king')]).toEqual([true, false])
  })

  it('are said with their article', () => {
    expect(['owner', 'admin', 'user', 'viewer'].map(withArticle)).toEqual(['an owner', 'an admin', 'a user', 'a viewer'])
  })
})
