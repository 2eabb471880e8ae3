import { readFileSync } from 'node:fs'
import { buildSchema, parse, validate } from 'graphql'
import { describe, expect, it } from 'vitest'
import { funnelDocument } from './funnelDocument.ts'
import { defaultFunnel, funnelViews } from './funnelQuery.ts'

const schema = buildSchema(readFileSync(new URL('../../schema/api.graphql', import.meta.url), 'utf8'))
const groups = [null, { kind: 'dimension', field: 'campaign' }, { kind: 'property', name: 'plan "x"' }, { kind: 'segment', id: 's1' }] as const

describe('the document of a funnel question', () => {
  it.each(funnelViews.flatMap((view) => groups.map((breakdown) => ({ view, breakdown }))))('fits the schema: $view by $breakdown.kind', (part) => {
    expect(validate(schema, parse(funnelDocument({ ...defaultFunnel, ...part }, true)))).toEqual([])
  })

  it('reads as people would write it, and asks over time for no percentiles that are not shown', () => {
    expect(funnelDocument({ ...defaultFunnel, view: 'trend', breakdown: { kind: 'segment', id: 's1' } }, false)).toBe(`query Funnel($input: FunnelInput!) {
  funnel(input: $input) {
    rows {
      time { start end isPartial }
      segment(id: "s1")
      steps {
        users
        conversion
        medianSecondsFromFirst
      }
    }
    info { elapsedMs cache asOf isApproximate isTruncated }
  }
}
`)
  })
})
