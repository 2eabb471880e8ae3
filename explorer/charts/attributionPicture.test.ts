import { describe, expect, it } from 'vitest'
import type { AttributionAnswer, AttributionRow } from '../operations/useAttributionAnswer.ts'
import { defaultAttribution } from '../query/attributionQuery.ts'
import { attributionPicture, maxGroups } from './attributionPicture.ts'

const row = (id: string | null, first: number | null, linear: number | null): AttributionRow => ({
  group: { id, label: id ?? 'No touchpoint (organic or direct)' },
  credit: { FIRST_TOUCH: first, LINEAR: linear },
  touchpoints: '1',
  assists: '0',
  cost: null,
})
const answer = (rows: readonly AttributionRow[]): AttributionAnswer => ({
  question: { ...defaultAttribution, models: ['FIRST_TOUCH', 'LINEAR'] },
  rows,
  totals: row(null, 1, 1),
  all: {},
  info: { sql: null, parameters: null, rowsRead: null, bytesRead: null, elapsedMs: null, asOf: null, isApproximate: false, isTruncated: false },
})
const money = { name: 'revenue', title: 'Credited revenue', description: '', source: null, type: 'Decimal', unit: 'currency' }
const options = { definition: money, currency: 'EUR' }

describe('the picture of an attribution answer', () => {
  it('draws the groups in the order of the answer under each model', () => {
    const { bars } = attributionPicture(answer([row('a', 5, 2), row('b', 1, 4)]), options)
    expect(bars.groups).toEqual(['a', 'b'])
    expect(bars.models).toEqual([
      { name: 'First touch', color: 0, values: [5, 1] },
      { name: 'Linear', color: 3, values: [2, 4] },
    ])
    expect([bars.format(1234.5), bars.formatAxis(12_000)]).toEqual(['€1,234.50', '€12K'])
  })

  it('leaves what no touchpoint led to for words, since its bar would make the others short', () => {
    const picture = attributionPicture(answer([row(null, 900, 900), row('a', 5, 2)]), options)
    expect(picture.bars.groups).toEqual(['a'])
    expect(picture.untouched?.credit.FIRST_TOUCH).toBe(900)
    expect(picture.more).toBe(0)
  })

  it('counts what it does not draw: those beyond the largest, and those without a number', () => {
    const many = Array.from({ length: maxGroups + 3 }, (_each, index) => row(`c${index}`, 100 - index, 1))
    const picture = attributionPicture(answer([...many, row('none', null, null)]), options)
    expect(picture.bars.groups).toHaveLength(maxGroups)
    expect(picture.more).toBe(4)
  })
})
