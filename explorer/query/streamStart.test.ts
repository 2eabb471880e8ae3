import { describe, expect, it } from 'vitest'
import { localOf, startOf } from './streamStart.ts'

describe('where a stream begins', () => {
  it('is an end of the log or an instant that the field can show again', () => {
    const at = new Date(2026, 1, 3, 4, 5)
    expect(localOf(at)).toBe('2026-02-03T04:05')
    expect([startOf({ kind: 'END', local: 'x' }), startOf({ kind: 'AT', local: 'x' }), startOf({ kind: 'AT', local: localOf(at) })]).toEqual([
      { position: 'END' },
      null,
      { at: at.toISOString() },
    ])
  })
})
