import { describe, expect, test } from 'vitest'
import type { StoredEvent } from '#db/clickhouse/storedEvent.ts'
import { storedTime } from '#db/clickhouse/storedEvent.ts'
import { joiningRow, knownSegment, segmentRule } from './segments.ts'
import { storedEvent, type World } from './world.ts'

const tenantId = '00000000-0000-4000-8000-0000000000a1'
const now = Date.parse('2026-03-31T12:00:00.000Z')

let count = 0
const row = (user: string, event: string, at: string, parts: Partial<StoredEvent> = {}): StoredEvent =>
  storedEvent({ tenant_id: tenantId, user_id: user, event, event_id: String((count += 1)).padStart(4, '0'), at: `2026-${at}Z`, ...parts })

const world: World = [
  row('anna', 'install', '03-01T10:00:00', { country: 'DE' }),
  row('anna', 'purchase', '03-02T10:00:00', { revenue: '5', country: 'DE' }),
  row('anna', 'purchase', '03-02T10:00:00', { revenue: '-5', is_refund: true }),
  row('anna', 'purchase', '03-09T09:59:59.999', { revenue: '7', country: 'FR', properties: { plan: 'pro' } }),
  row('anna', 'session', '03-20T10:00:00', { properties: { plan: '' } }),
  row('ben', 'purchase', '03-24T12:00:00', { revenue: '1', country: 'FR' }),
  row('ben', 'refund', '03-25T12:00:00', { revenue: '-1', is_refund: true }),
  row('cleo', 'click', '03-30T12:00:00', { touch: 'click', country: 'DE' }),
  // Later than the question, of nobody, and of another tenant.
  row('dora', 'purchase', '03-31T12:00:00'),
  row('', 'click', '03-30T12:00:00', { touch: 'click' }),
  row('emil', 'purchase', '03-02T10:00:00', { tenant_id: '00000000-0000-4000-8000-0000000000a2' }),
]

const members = (definition: unknown, frozenAt: string | null = null, rows = world) =>
  [...knownSegment({ id: 's', name: 's', definition, frozenAt }, { world: rows, tenantId, now }).members].toSorted()

describe('members by hand', () => {
  test.each([
    ['of everybody are those with an event before the question', { all: [] }, ['anna', 'ben', 'cleo']],
    ['of nobody', { any: [] }, []],
    ['did any activity, which a click and an install are not', { did: {} }, ['anna', 'ben']],
    ['did an event by name', { did: { event: 'click' } }, ['cleo']],
    ['did not', { not: { did: { event: 'purchase' } } }, ['cleo']],
    ['did not, said by a number', { did: { event: 'purchase', atMost: 0 } }, ['cleo']],
    ['did at least twice, what was taken back not counted', { did: { event: 'purchase', atLeast: 2 } }, ['anna']],
    ['did at least three times with what was taken back', { did: { event: 'purchase', atLeast: 3, includeRefunds: true } }, ['anna']],
    ['did at most once', { did: { event: 'purchase', atMost: 1 } }, ['ben', 'cleo']],
    ['did once or twice', { did: { event: 'purchase', atLeast: 1, atMost: 2 } }, ['anna', 'ben']],
    ['did the refund itself', { did: { event: 'refund' } }, ['ben']],
    ['did within the last week, its first instant included', { did: { event: 'purchase', within: { last: 7, unit: 'DAY' } } }, ['ben']],
    ['did within six days and 23 hours', { did: { event: 'purchase', within: { last: 167, unit: 'HOUR' } } }, []],
    ['did before an instant', { did: { event: 'purchase', within: { end: '2026-03-09T09:59:59.999Z' } } }, ['anna']],
    ['did from an instant on', { did: { event: 'purchase', within: { start: '2026-03-24T12:00:00.000Z' } } }, ['ben']],
    ['did what meets a filter', { did: { event: 'purchase', where: { country: { eq: 'FR' } } } }, ['anna', 'ben']],
    ['are last known to be, absent values passed over', { is: { country: { eq: 'FR' }, property: { name: 'plan', text: { eq: 'pro' } } } }, ['anna']],
    ['are not known to be', { is: { property: { name: 'plan', text: { isNull: true } } } }, ['ben', 'cleo']],
  ])('%s', (_, definition, expected) => expect(members(definition)).toEqual(expected))

  test('of a frozen one are the same after later events and after late ones', () => {
    const definition = { did: { event: 'purchase' } }
    const frozenAt = '2026-03-20T00:00:00.000Z'
    expect(members(definition, frozenAt)).toEqual(['anna'])
    const late = row('cleo', 'purchase', '03-10T00:00:00', { recorded_at: storedTime(new Date('2026-03-20T00:00:00.000Z')) })
    expect(members(definition, frozenAt, [...world, late])).toEqual(['anna'])
    expect(members(definition, null, [...world, late])).toEqual(['anna', 'ben', 'cleo'])
  })
})

describe('the row by which a user joins', () => {
  const anna = world.filter((each) => each.user_id === 'anna')
  const joins = (definition: unknown) => joiningRow(segmentRule.parse(definition), anna)?.occurred_at ?? null

  test.each([
    ['the second of two', { did: { event: 'purchase', atLeast: 2 } }, '2026-03-09 09:59:59.999'],
    ['within just so long', { did: { event: 'purchase', atLeast: 2, within: { last: 7, unit: 'DAY' } } }, '2026-03-09 09:59:59.999'],
    ['never within less', { did: { event: 'purchase', atLeast: 2, within: { last: 167, unit: 'HOUR' } } }, null],
    ['the latest of all', { all: [{ did: { event: 'session' } }, { did: { event: 'install' } }] }, '2026-03-20 10:00:00.000'],
    ['never when one is missing', { all: [{ did: { event: 'session' } }, { did: { event: 'never' } }] }, null],
    ['the earliest of any', { any: [{ did: { event: 'session' } }, { did: { event: 'purchase' } }] }, '2026-03-02 10:00:00.000'],
  ])('is %s', (_, definition, expected) => expect(joins(definition)).toBe(expected))
})
