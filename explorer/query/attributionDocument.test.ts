import { readFileSync } from 'node:fs'
import { buildSchema, parse, validate } from 'graphql'
import { describe, expect, it } from 'vitest'
import { attributionDocument } from './attributionDocument.ts'
import { models } from './attributionModels.ts'
import { defaultAttribution, shownMeasures, touchFields } from './attributionQuery.ts'

const schema = buildSchema(readFileSync(new URL('../../schema/api.graphql', import.meta.url), 'utf8'))
const every = models.map(({ model }) => model)

describe('the document of an attribution question', () => {
  it.each(shownMeasures.flatMap((shown) => touchFields.map((field) => ({ shown, field }))))('fits the schema: $shown by $field', ({ shown, field }) => {
    const text = attributionDocument({ ...defaultAttribution, shown, models: every, by: { kind: 'dimension', field } }, true)
    expect(validate(schema, parse(text))).toEqual([])
  })

  it('reads as people would write it', () => {
    const text = attributionDocument({ ...defaultAttribution, models: ['FIRST_TOUCH', 'TIME_DECAY'], halfLifeDays: 3 }, false)
    expect(text).toBe(`query Attribution($input: AttributionInput!) {
  attribution(input: $input) {
    rows {
      campaign { id name }
      firstTouch: conversions(model: FIRST_TOUCH)
      timeDecay: conversions(model: TIME_DECAY, halfLifeDays: 3)
      touchpoints
      assists
      cost
    }
    totals {
      firstTouch: conversions(model: FIRST_TOUCH)
      timeDecay: conversions(model: TIME_DECAY, halfLifeDays: 3)
      touchpoints
      assists
      cost
      allConversions: conversions(model: LAST_TOUCH)
      allRevenue: revenue(model: LAST_TOUCH)
      allRoas: roas(model: LAST_TOUCH)
      allCpa: cpa(model: LAST_TOUCH)
    }
    info { elapsedMs cache asOf isApproximate isTruncated }
  }
}
`)
  })

  it('asks for no cost where costs are not kept', () => {
    const text = attributionDocument({ ...defaultAttribution, shown: 'cpa', by: { kind: 'dimension', field: 'creative' } }, false)
    expect(text).not.toMatch(/cost|roas|cpa/i)
  })
})
