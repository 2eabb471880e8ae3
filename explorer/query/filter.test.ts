import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyCondition } from '../testing/arbitraries.ts'
import { describeCondition, filterInput, printCondition, readCondition, type Condition } from './filter.ts'

const condition = (part: Partial<Condition>): Condition => ({ field: 'country', property: '', operator: 'in', values: ['DE'], ...part })

describe('a condition', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(anyCondition, (each) => {
        expect(readCondition(printCondition(each))).toEqual(each)
      }),
    )
  })

  it('is written in words that people can read', () => {
    expect(printCondition(condition({ values: ['DE', 'US'] }))).toBe('country.in.DE,US')
    expect(printCondition(condition({ field: 'property', property: 'level', operator: 'gte', values: ['5'] }))).toBe('property.level.gte.5')
  })

  it('of an unknown field, with an operator the field has not, or without a value is none', () => {
    for (const text of ['', 'mood.in.good', 'campaign.contains.x', 'country.gt.5', 'country.in', 'country.in.', 'property..in.x', 'property.level.gt.many'])
      expect(readCondition(text)).toBeNull()
  })
})

describe('the filter that is sent', () => {
  it('is nothing without a condition, the condition alone, or all of them', () => {
    expect(filterInput([])).toBeUndefined()
    expect(filterInput([condition({ values: [] })])).toBeUndefined()
    expect(filterInput([condition({})])).toEqual({ country: { in: ['DE'] } })
    expect(filterInput([condition({}), condition({ field: 'campaign', operator: 'isNull', values: [] })])).toEqual({
      and: [{ country: { in: ['DE'] } }, { campaign: { isNull: true } }],
    })
  })

  it('compares a property as text or as a number', () => {
    expect(filterInput([condition({ field: 'property', property: 'plan', operator: 'contains', values: ['pro'] })])).toEqual({
      property: { name: 'plan', text: { contains: 'pro' } },
    })
    expect(filterInput([condition({ field: 'property', property: 'level', operator: 'lt', values: ['-2.5'] })])).toEqual({
      property: { name: 'level', number: { lt: -2.5 } },
    })
  })

  it('asks for members of one of several segments, or of none', () => {
    const members = condition({ field: 'segment', values: ['s1', 's2'] })
    expect(filterInput([members])).toEqual({ or: [{ segment: 's1' }, { segment: 's2' }] })
    expect(filterInput([{ ...members, operator: 'notIn', values: ['s1'] }])).toEqual({ not: { segment: 's1' } })
    expect(printCondition(members)).toBe('segment.in.s1,s2')
    expect(readCondition('segment.contains.s')).toBeNull()
  })
})

describe('a condition for people', () => {
  it('names two values, what is known by an id by its name, and counts the others', () => {
    const nameOf = (field: string, value: string) => (field === 'segment' ? 'Payers' : value)
    expect(describeCondition(condition({ values: ['DE', 'US', 'FR'] }), nameOf)).toBe('Country is DE, US +1')
    expect(describeCondition(condition({ field: 'segment', operator: 'notIn', values: ['s1'] }), nameOf)).toBe('Segment is not Payers')
    expect(describeCondition(condition({ field: 'property', property: 'plan', operator: 'isNull', values: [] }), nameOf)).toBe('plan is absent')
  })
})
