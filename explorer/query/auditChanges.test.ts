import { describe, expect, it } from 'vitest'
import { auditChanges, wordsOf } from './auditChanges.ts'

describe('what an entry of the audit log changed', () => {
  it('is one line a field, whichever side has it', () => {
    expect(auditChanges({ role: 'user' }, { role: 'admin', isNew: true })).toEqual([
      { field: 'role', before: 'user', after: 'admin' },
      { field: 'isNew', before: null, after: 'yes' },
    ])
    expect(auditChanges(null, { scopes: ['a', 'b'], masks: [], limit: 5, app: null })).toEqual([
      { field: 'scopes', before: null, after: 'a, b' },
      { field: 'masks', before: null, after: 'none' },
      { field: 'limit', before: null, after: '5' },
      { field: 'app', before: null, after: null },
    ])
  })

  it('is nothing where nothing was noted, and one line for a value that has no fields', () => {
    expect(auditChanges(null, null)).toEqual([])
    expect(auditChanges(null, 3)).toEqual([{ field: '', before: null, after: '3' }])
  })

  it('has names as people write them', () => {
    expect(['allowedNetworks', 'ended_at', 'role'].map(wordsOf)).toEqual(['allowed networks', 'ended at', 'role'])
  })
})
