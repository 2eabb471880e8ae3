import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { buildSchema, coerceInputValue, isInputObjectType } from 'graphql'
import { describe, expect, it } from 'vitest'
import { anyCondition } from '../testing/arbitraries.ts'
import { describeRule, isRule, maxDays, maxTimes, newRule, segmentRule, type Behaviour } from './segmentRule.ts'

const schema = buildSchema(readFileSync(new URL('../../schema/api.graphql', import.meta.url), 'utf8'))
const ruleInput = schema.getType('SegmentRuleInput')
const rule = (part: Partial<Behaviour>): Behaviour => ({ ...newRule, ...part })
const anyRule: fc.Arbitrary<Behaviour> = fc.record({
  isDone: fc.boolean(),
  event: fc.string({ maxLength: 9 }),
  atLeast: fc.integer({ min: 1, max: maxTimes }),
  days: fc.option(fc.integer({ min: 1, max: maxDays })),
  where: fc.array(anyCondition, { maxLength: 2 }),
})

describe('the definition of a segment', () => {
  it('fits the schema, whatever is put together, and can be told in words', () => {
    if (!isInputObjectType(ruleInput)) throw new Error('SegmentRuleInput is an input.')
    fc.assert(
      fc.property(fc.array(anyRule, { minLength: 1, maxLength: 4 }), fc.constantFrom('all' as const, 'any' as const), (rules, match) => {
        const problems: string[] = []
        const definition = segmentRule({ match, rules })
        coerceInputValue(definition, ruleInput, (_path, _value, error) => problems.push(error.message))
        expect(problems).toEqual([])
        expect(describeRule(definition)).toMatch(/did/)
      }),
    )
  })

  it('of one rule is that rule, of several all or any of them', () => {
    const bought = { did: { event: 'purchase' } }
    expect(segmentRule({ match: 'any', rules: [newRule] })).toEqual(bought)
    expect(segmentRule({ match: 'any', rules: [newRule, newRule] })).toEqual({ any: [bought, bought] })
    expect(segmentRule({ match: 'all', rules: [newRule, newRule] })).toEqual({ all: [bought, bought] })
  })

  it('says how often, when and which; what was not done has no number', () => {
    const often = rule({ atLeast: 3, days: 30, where: [{ field: 'country', property: '', operator: 'in', values: ['DE'] }] })
    expect(segmentRule({ match: 'all', rules: [often] })).toEqual({
      did: { event: 'purchase', atLeast: 3, within: { last: 30, unit: 'DAY' }, where: { country: { in: ['DE'] } } },
    })
    expect(segmentRule({ match: 'all', rules: [rule({ isDone: false, event: '', atLeast: 3 })] })).toEqual({ did: { atMost: 0 } })
  })

  it('is none while a rule makes no sense', () => {
    for (const part of [{ atLeast: 0 }, { atLeast: 1.5 }, { atLeast: Number.NaN }, { atLeast: maxTimes + 1 }, { days: 0 }, { days: maxDays + 1 }]) {
      expect(isRule(rule(part))).toBe(false)
      expect(segmentRule({ match: 'all', rules: [newRule, rule(part)] })).toBeNull()
    }
    expect(segmentRule({ match: 'all', rules: [] })).toBeNull()
  })
})

describe('a definition in words', () => {
  it('reads as people would say it, also what the builder cannot make', () => {
    const bought = { did: { event: 'purchase', atLeast: 2, within: { last: 30, unit: 'DAY' }, where: { country: { in: ['DE', 'FR'] } } } }
    const quiet = { did: { atMost: 0, within: { last: 1, unit: 'WEEK' } } }
    expect(describeRule({ all: [bought, quiet] })).toBe(
      'did purchase at least 2 times in the last 30 days with country is DE, FR, and did not any activity in the last 1 week',
    )
    const some = {
      any: [{ did: { event: 'session', atMost: 3 } }, { did: { event: 'level', atLeast: 2, atMost: 5, within: { start: '2026-01-01T00:00:00.000Z' } } }],
    }
    expect(describeRule({ all: [{ not: bought }, some] })).toBe(
      'not (did purchase at least 2 times in the last 30 days with country is DE, FR), and (did session at most 3 times, or did level 2 to 5 times from 2026-01-01T00:00:00.000Z)',
    )
    const last = {
      is: { and: [{ platform: { eq: 'ios' } }, { property: { name: 'plan', text: { isNull: false } } }, { not: { campaign: { isNull: true } } }] },
    }
    expect(describeRule(last)).toBe('last known (platform is ios and plan is present and not (campaign is absent))')
  })

  it('of nothing is everybody or nobody', () => {
    expect([describeRule({ all: [] }), describeRule({ any: [] })]).toEqual(['everybody', 'nobody'])
  })
})
