import { describe, expect, it } from 'vitest'
import { keyState } from './keyState.ts'

describe('the state of a key', () => {
  const now = Date.parse('2026-03-10T12:00:00.000Z')
  it.each([
    [null, null, 'works', 'good', true],
    [null, '2026-03-10T13:00:00.000Z', 'ends in 1 hour', 'warn', true],
    [null, '2026-05-10T12:00:00.000Z', 'ends in 61 days', 'good', true],
    [null, '2026-03-10T12:00:00.000Z', 'ended just now', 'bad', false],
    ['2026-03-09T12:00:00.000Z', '2026-05-10T12:00:00.000Z', 'revoked 1 day ago', 'bad', false],
  ])('revoked %s, ending %s: %s', (...[revokedAt, expiresAt, text, tone, isWorking]) => {
    expect(keyState({ revokedAt, expiresAt }, now)).toEqual({ text, tone, isWorking })
  })
})
