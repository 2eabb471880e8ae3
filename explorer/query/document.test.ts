import { readFileSync } from 'node:fs'
import { buildSchema, parse, validate } from 'graphql'
import { describe, expect, it } from 'vitest'
import { metricsDocument } from './document.ts'

const schema = buildSchema(readFileSync(new URL('../../schema/api.graphql', import.meta.url), 'utf8'))

describe('the document of a metrics question', () => {
  it('fits the schema, whatever is measured, grouped and compared', () => {
    const text = metricsDocument({
      measures: ['installs', 'revenue', 'events:say "hi"', 'events:sign_up'],
      isByTime: true,
      group: { kind: 'property', name: 'plan "x"' },
      compare: 'PREVIOUS_YEAR',
      hasTotals: true,
      mayExplain: true,
    })
    expect(validate(schema, parse(text))).toEqual([])
  })

  it('reads as people would write it', () => {
    const text = metricsDocument({
      measures: ['installs', 'events:sign_up'],
      isByTime: false,
      group: { kind: 'dimension', field: 'campaign' },
      compare: null,
      hasTotals: true,
      mayExplain: false,
    })
    expect(text).toBe(`query Metrics($input: MetricsInput!) {
  metrics(input: $input) {
    rows {
      campaign { id name }
      installs
      events1: events(name: "sign_up")
    }
    totals {
      installs
      events1: events(name: "sign_up")
    }
    info { elapsedMs cache asOf isApproximate isTruncated }
  }
}
`)
  })
})
