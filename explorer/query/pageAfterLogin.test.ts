import { expect, it } from 'vitest'
import { pageAfterLogin } from './pageAfterLogin.ts'

it('the page after the login is the one that was asked for', () => {
  expect(pageAfterLogin('/cohorts?grain=week')).toBe('/cohorts?grain=week')
})

it('the page after the login is never elsewhere, and not the login again', () => {
  for (const to of [undefined, '', 'https://evil.example', '//evil.example', '/\\evil.example', '/login?to=/login', ['/metrics']])
    expect(pageAfterLogin(to)).toBe('/metrics')
})
