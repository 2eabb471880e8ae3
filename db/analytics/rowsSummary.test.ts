import { zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { testEvent } from '../testing/testEvents.ts'
import { summarizeRows } from './rowsSummary.ts'

const TENANT = '00000000-0000-4000-8000-0000000000a1'
const APP = '00000000-0000-4000-8000-0000000000b1'
const frameOf = (rows: readonly object[]): Buffer => zstdCompressSync(rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
const summaryOf = (rows: readonly object[]) => summarizeRows({ payloads: [frameOf(rows)], rowCount: rows.length })

describe('what the rows of a copy have', () => {
  it('are their touches and the values of each column, over all frames', async () => {
    const first = frameOf([testEvent({ tenant_id: TENANT, app_id: APP, event: 'click', touch: 'click', campaign_id: 'spring' })])
    const second = frameOf([
      testEvent({ tenant_id: TENANT, app_id: APP, event: 'purchase', country: 'DE' }),
      testEvent({ tenant_id: TENANT, app_id: APP, event: 'purchase', country: 'FR', occurred_at: '2026-04-03 23:59:59.999' }),
    ])
    const summary = await summarizeRows({ payloads: [first, second], rowCount: 3 })
    expect(summary?.latestMs).toBe(Date.UTC(2026, 3, 3, 23, 59, 59, 999))
    expect(summary?.touches.toSorted()).toEqual(['click', 'none'])
    expect(summary?.values).toMatchObject({ event: ['click', 'purchase'], campaign_id: ['spring', ''], channel: [''] })
    expect(summary?.values.country?.toSorted()).toEqual(expect.arrayContaining(['DE', 'FR']))
  })

  it('leave out a column of many values, and the longest where all together are long', async () => {
    const many = Array.from({ length: 40 }, (_, index) =>
      testEvent({ tenant_id: TENANT, app_id: APP, campaign_id: `c${index}`, channel: `${'x'.repeat(60)}${index % 20}` }),
    )
    const summary = await summaryOf(many)
    expect(Object.keys(summary?.values ?? {})).not.toContain('campaign_id')
    expect(Object.keys(summary?.values ?? {})).not.toContain('channel')
    expect(summary?.values.event).toEqual([many[0]?.event])
    expect(JSON.stringify(summary?.values).length).toBeLessThan(1_300)
  })

  it('are not told of very many rows', async () => {
    expect(await summarizeRows({ payloads: [], rowCount: 2_001 })).toBeNull()
  })
})
