import { expect, it } from 'vitest'
import { keptQuery, pageAfterLogin } from './pageAfterLogin.ts'

it('the page after the login is the one that was asked for', () => {
  expect(pageAfterLogin('/cohorts?grain=week')).toBe('/cohorts?grain=week')
})

it('the page after the login is never elsewhere, and not the login again', () => {
  for (const to of [undefined, '', 'https://evil.example', '//evil.example', '/\\evil.example', '/login?to=/login', '/register', ['/metrics']])
    expect(pageAfterLogin(to)).toBe('/metrics')
})

it('the page that was asked for goes along by either of its names, with the address of an invitation, and nothing else does', () => {
  expect(keptQuery({ to: '/a', email: 'ada@umg.test', token: 'secret' })).toEqual({ to: '/a', email: 'ada@umg.test' })
  expect(keptQuery({ next: '/b', email: '' })).toEqual({ to: '/b' })
  expect(keptQuery({ to: ['/a', '/b'], email: null })).toEqual({})
})
