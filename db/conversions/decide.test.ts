import { describe, expect, it } from 'vitest'
import type { Credit } from './conversionDraft.ts'
import { decide, type KnownTouch } from './decide.ts'

const at = Date.parse('2026-03-10T12:00:00Z')
const HOUR = 3_600_000
const DAY = 24 * HOUR
const credit = (campaignId: string): Credit => ({ channel: 'social', partnerId: 'p', campaignId })
const touch = (kind: 'click' | 'view', ageMs: number, campaignId: string = kind, eventId = '0'): KnownTouch => ({
  isClick: kind === 'click',
  touchedAtMs: at - ageMs,
  eventId,
  credit: credit(campaignId),
})
const winnerOf = (...touches: KnownTouch[]) => {
  const { credit: won, decision } = decide({ own: null, occurredAtMs: at, touches })
  return decision.kind === 'organic' ? null : won.campaignId
}

describe('the waterfall', () => {
  it.each([
    ['nothing', [], null],
    ['a click', [touch('click', DAY)], 'click'],
    ['a view', [touch('view', HOUR)], 'view'],
    ['a click at the same instant', [touch('click', 0)], 'click'],
    ['a click of exactly 7 days', [touch('click', 7 * DAY)], 'click'],
    ['a click of 7 days and a millisecond', [touch('click', 7 * DAY + 1)], null],
    ['a view of exactly 1 day', [touch('view', DAY)], 'view'],
    ['a view of 1 day and a millisecond', [touch('view', DAY + 1)], null],
    ['a click after the conversion', [touch('click', -1)], null],
    ['a view after the conversion', [touch('view', -1)], null],
    ['an old click and a fresh view', [touch('view', 1), touch('click', 7 * DAY)], 'click'],
    ['a click too old and a view', [touch('click', 8 * DAY), touch('view', HOUR)], 'view'],
    ['several clicks: the latest', [touch('click', DAY, 'a'), touch('click', HOUR, 'b'), touch('click', 2 * DAY, 'c')], 'b'],
    ['several views: the latest', [touch('view', HOUR, 'a'), touch('view', 2 * HOUR, 'b')], 'a'],
    ['two at the same time: the greater event id', [touch('click', HOUR, 'a', '1'), touch('click', HOUR, 'b', '2')], 'b'],
    ['the same in another order', [touch('click', HOUR, 'b', '2'), touch('click', HOUR, 'a', '1')], 'b'],
  ])('%s', (_what, touches, winner) => expect(winnerOf(...touches)).toBe(winner))

  it('says how it was decided', () => {
    expect(decide({ own: null, occurredAtMs: at, touches: [touch('click', DAY)] }).decision).toEqual({
      kind: 'attributed',
      matchedBy: 'user_id',
      touchedAt: '2026-03-09T12:00:00.000Z',
      windowSeconds: 604_800,
      reason: 'The latest click within 7 days before it.',
    })
    expect(decide({ own: null, occurredAtMs: at, touches: [touch('view', HOUR)] }).decision).toMatchObject({ windowSeconds: 86_400, matchedBy: 'user_id' })
    expect(decide({ own: null, occurredAtMs: at, touches: [] }).decision).toMatchObject({
      kind: 'organic',
      matchedBy: null,
      touchedAt: null,
      windowSeconds: null,
    })
  })

  it('the event’s own fields win over every touch, also when they say that nobody is owed anything', () => {
    const touches = [touch('click', HOUR)]
    expect(decide({ own: credit('own'), occurredAtMs: at, touches })).toMatchObject({
      credit: credit('own'),
      decision: { kind: 'attributed', matchedBy: 'touch_fields' },
    })
    for (const channel of ['organic', 'direct']) {
      const own = { channel, partnerId: '', campaignId: '' }
      expect(decide({ own, occurredAtMs: at, touches })).toMatchObject({ credit: own, decision: { kind: 'organic', matchedBy: 'touch_fields' } })
    }
  })
})
