import { describe, expect, it } from 'vitest'
import { emptyDraft, keyInput, missingOf, splitMasks, valuesOf, wordsIn } from './keyDraft.ts'

const now = Date.parse('2026-03-01T00:00:00.000Z')
const scopes = ['analytics:read', 'explain', 'tenant:read']

describe('a new key', () => {
  it('says what is missing of its kind', () => {
    expect(missingOf(emptyDraft)).toEqual(['a name'])
    expect(missingOf({ ...emptyDraft, name: ' BI ' })).toEqual([])
    expect(missingOf({ ...emptyDraft, name: 'x', kind: 'PARTNER' })).toEqual(['its partner'])
    expect(missingOf({ ...emptyDraft, name: 'x', kind: 'PARTNER', filters: [{ dimension: 'PARTNER', values: '' }] })).toEqual(['its partner'])
    expect(missingOf({ ...emptyDraft, name: 'x', kind: 'PARTNER', filters: [{ dimension: 'PARTNER', values: 'meta' }] })).toEqual([])
    expect(missingOf({ ...emptyDraft, name: 'x', filters: [{ dimension: 'COUNTRY', values: ' , ' }] })).toEqual(['the values of a row filter'])
    expect(missingOf({ ...emptyDraft, name: 'x', kind: 'INGEST', ingestKind: 'SDK', maxRevenue: 'much' })).toEqual([
      'its app',
      'the largest amount of one event',
    ])
  })

  it('is asked for with what its kind has, and nothing that is left as it is', () => {
    expect(keyInput({ ...emptyDraft, name: ' BI ' }, scopes, now)).toEqual({ kind: 'API', name: 'BI' })
    expect(
      keyInput(
        {
          ...emptyDraft,
          name: 'Half',
          without: ['explain', 'unknown'],
          filters: [{ dimension: 'COUNTRY', values: 'DE, FR,DE' }],
          masks: 'revenue, cost',
          networks: '10.0.0.0/8\n192.0.2.1',
          days: 30,
        },
        scopes,
        now,
      ),
    ).toEqual({
      kind: 'API',
      name: 'Half',
      scopes: ['analytics:read', 'tenant:read'],
      filters: [{ dimension: 'COUNTRY', in: ['DE', 'FR'] }],
      masks: ['revenue', 'cost'],
      allowedNetworks: ['10.0.0.0/8', '192.0.2.1'],
      expiresAt: '2026-03-31T00:00:00.000Z',
    })
    const sdk = {
      ...emptyDraft,
      name: 'Phone',
      kind: 'INGEST',
      ingestKind: 'SDK',
      app: 'a1',
      masks: 'x',
      filters: [{ dimension: 'APP', values: 'y' }],
    } as const
    expect(keyInput(sdk, ['events:write'], now)).toEqual({ kind: 'INGEST', ingestKind: 'SDK', name: 'Phone', app: 'a1', maxRevenue: '1000' })
  })

  it('hides the ids of users, or is given hashes of them', () => {
    const partner = { ...emptyDraft, kind: 'PARTNER', name: 'North', filters: [{ dimension: 'PARTNER', values: 'n' }] } as const
    const masksOf = (change: object) => keyInput({ ...partner, ...change }, scopes, now).masks
    expect(masksOf({})).toBeUndefined()
    expect(masksOf({ hasUserHashes: true })).toEqual(['userId:hash'])
    expect(masksOf({ hasUserHashes: true, masks: 'country userId:hash' })).toEqual(['country', 'userId:hash'])
    expect(masksOf({ hasUserHashes: true, kind: 'INGEST' })).toBeUndefined()
    expect(splitMasks(['country', 'userId:hash'])).toEqual({ hidden: ['country'], isHashing: true })
    expect(splitMasks(['userId', 'userId:hash'])).toEqual({ hidden: ['userId'], isHashing: false })
  })

  it('takes lists as people type them', () => {
    expect(valuesOf('New York, Berlin ,\nOslo')).toEqual(['New York', 'Berlin', 'Oslo'])
    expect(wordsIn('a b;c,\n d ')).toEqual(['a', 'b', 'c', 'd'])
  })
})
