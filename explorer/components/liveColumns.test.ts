import { describe, expect, it } from 'vitest'
import { ageOf, campaignOf, creditOf, moneyText } from './liveColumns.ts'

const occurredAt = '2026-03-05T12:00:00.000Z'
const organic = { kind: 'organic', matchedBy: null, touchedAt: null, reason: 'No touch.' }
const touched = { kind: 'attributed', matchedBy: 'user_id', touchedAt: '2026-03-05T09:00:00.000Z', reason: 'A click.' }

describe('a row of the feed', () => {
  it('says how old the touch was, in the unit that fits', () => {
    expect(ageOf('2026-03-05T11:57:00.000Z', occurredAt)).toBe('3 min')
    expect(ageOf('2026-03-05T09:00:00.000Z', occurredAt)).toBe('3 h')
    expect(ageOf('2026-03-01T09:00:00.000Z', occurredAt)).toBe('4 d')
    expect(ageOf(occurredAt, '2026-03-05T11:00:00.000Z')).toBe('0 min')
  })

  it('says why it is credited as it is', () => {
    expect(creditOf({ decision: touched, occurredAt, isTest: false })).toBe('touch 3 h before')
    expect(creditOf({ decision: { ...touched, matchedBy: 'touch_fields', touchedAt: null }, occurredAt, isTest: false })).toBe('named by the event')
    expect(creditOf({ decision: organic, occurredAt, isTest: false })).toBe('no touch found')
    expect(creditOf({ decision: organic, occurredAt, isTest: true })).toBe('made up')
  })

  it('names the campaign, its id when it has no name, and organic when there is none', () => {
    expect(campaignOf({ campaign: { id: 'c-1', name: 'Spring' }, decision: touched, isTest: false })).toBe('Spring')
    expect(campaignOf({ campaign: { id: 'c-1', name: null }, decision: touched, isTest: false })).toBe('c-1')
    expect(campaignOf({ campaign: null, decision: organic, isTest: false })).toBe('Organic')
    expect(campaignOf({ campaign: null, decision: touched, isTest: false })).toBe('No campaign')
    expect(campaignOf({ campaign: null, decision: organic, isTest: true })).toBe('–')
  })

  it('shows an amount in its own currency', () => {
    expect(moneyText({ amount: '1234.5', currency: 'EUR' })).toBe('€1,234.50')
    expect(moneyText(null)).toBe('–')
  })
})
