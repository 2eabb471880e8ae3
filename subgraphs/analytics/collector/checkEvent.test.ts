import { describe, expect, it } from 'vitest'
import { checkEvent, createRequestScope, priceEvent, type CheckedEvent } from './checkEvent.ts'
import { openSeal } from './identifiers.ts'
import { parseDecimal } from './money.ts'
import { GAME, SHOP, testScope } from './testing.ts'

const now = Date.parse('2026-03-01T12:00:00Z')
const server = createRequestScope(testScope(), now)
const sdk = createRequestScope(testScope({ ingestKind: 'sdk', appId: SHOP, apps: [{ id: SHOP, name: 'shop', conversionEvents: [] }], maxRevenue: '100' }), now)
const good = { eventId: 'e1', event: 'purchase', occurredAt: '2026-02-28T10:00:00Z', userId: 'ada', app: 'shop' }

function check(change: object, scope = server): CheckedEvent {
  const checked = checkEvent({ ...good, ...change }, scope)
  if (checked.kind === 'rejected') throw new Error(JSON.stringify(checked.problems))
  return checked
}
function stored(change: object, scope = server): Record<string, unknown> {
  const event = priceEvent(check(change, scope), null, scope)
  if (!('line' in event)) throw new Error(event.message)
  return JSON.parse(event.line)
}
function problems(value: unknown, scope = server): readonly string[] {
  const checked = checkEvent(value, scope)
  return checked.kind === 'checked' ? [] : checked.problems.map(({ code, path }) => `${code} ${path}`.trim())
}

describe('an event that is right', () => {
  it('is stored under its columns, and what is absent is left out', () => {
    expect(stored({})).toEqual({
      tenant_id: server.keyScope.key.tenantId,
      app_id: SHOP,
      user_id: 'ada',
      event: 'purchase',
      occurred_at: '2026-02-28 10:00:00.000',
      recorded_at: '2026-03-01 12:00:00.000',
      event_id: 'e1',
    })
  })

  it('carries every field', () => {
    const row = stored({
      app: GAME,
      platform: 'ios',
      country: 'de',
      appVersion: '1.0',
      revenue: { amount: -1.5, currency: 'USD' },
      touch: { kind: 'click', campaign: 'c', adGroup: 'g', creative: 'r', partner: 'p', channel: 'h' },
      properties: { text: 'a"b', number: 1.5, yes: true, no: false },
    })
    expect(row).toMatchObject({
      app_id: GAME,
      platform: 'ios',
      country: 'DE',
      app_version: '1.0',
      revenue: '-1.5',
      original_amount: '-1.5',
      original_currency: 'USD',
      is_refund: true,
      touch: 'click',
      campaign_id: 'c',
      ad_group_id: 'g',
      creative_id: 'r',
      partner_id: 'p',
      channel: 'h',
      properties: { text: 'a"b', number: '1.5', yes: 'true', no: 'false' },
    })
  })

  it('null is the same as absent', () => {
    expect(stored({ platform: null, revenue: null, touch: null, device: null, properties: null })).toEqual(stored({}))
  })

  it('numbers in properties are canonical decimal text', () => {
    const { properties } = stored({ properties: { a: 1e-7, b: -0, c: 1e21, d: 123.456, ['__proto__x']: 1 } })
    expect(properties).toEqual({ a: '0.0000001', b: '0', c: '1000000000000000000000', d: '123.456', ['__proto__x']: '1' })
  })

  it.each([
    ['2026-02-28T10:00:00Z', '2026-02-28 10:00:00.000'],
    ['2026-02-28T10:00Z', '2026-02-28 10:00:00.000'],
    ['2026-02-28T23:30:00.1234567-05:00', '2026-03-01 04:30:00.123'],
    ['2026-02-28T00:30:00+05:30', '2026-02-27 19:00:00.000'],
    ['2024-02-29T00:00:00.999Z', '2024-02-29 00:00:00.999'],
    ['1970-01-01T00:00:00Z', '1970-01-01 00:00:00.000'],
    ['2026-03-02T12:00:00Z', '2026-03-02 12:00:00.000'],
  ])('%s is stored as %s', (occurredAt, expected) => {
    expect(stored({ occurredAt }).occurred_at).toBe(expected)
    // Once more, now that its day is known.
    expect(stored({ occurredAt }).occurred_at).toBe(expected)
  })
})

describe('who it is of', () => {
  const gaid = '38400000-8CF0-11BD-B23E-10B96E40000D'
  it('a device stands in for a missing userId, compared without case', () => {
    const upper = stored({ userId: undefined, device: { gaid } })
    const lower = stored({ userId: undefined, device: { gaid: gaid.toLowerCase() } })
    expect(upper.user_id).toMatch(/^device:[0-9a-f]{32}$/)
    expect(lower.user_id).toBe(upper.user_id)
    expect(upper.device_ids).toEqual({ gaid: String(upper.user_id).slice('device:'.length) })
  })

  it('the same device is another one in another tenant', () => {
    const other = createRequestScope(testScope({ tenantId: '44444444-4444-4444-8444-444444444444' }), now)
    expect(stored({ userId: undefined, device: { gaid } }, other).user_id).not.toBe(stored({ userId: undefined, device: { gaid } }).user_id)
  })

  it('raw ids are sealed for their tenant', () => {
    const { device_sealed: sealed, user_id: user } = stored({ device: { gaid, androidId: 'ABCDEF0123456789' } })
    const secrets = { deviceKey: 'a key for devices', tenantId: server.keyScope.key.tenantId }
    expect(user).toBe('ada')
    expect(JSON.parse(openSeal(String(sealed), secrets))).toEqual({ gaid: gaid.toLowerCase(), androidId: 'abcdef0123456789' })
    expect(() => openSeal(String(sealed), { ...secrets, tenantId: SHOP })).toThrow()
  })

  it('the all-zero id is limited and stands for nobody', () => {
    const limited = { gaid: '00000000-0000-0000-0000-000000000000', androidId: '0000000000000000' }
    expect(problems({ ...good, userId: undefined, device: limited })).toEqual(['USER_REQUIRED userId'])
    expect(stored({ device: limited })).not.toHaveProperty('device_ids')
    expect(stored({ userId: undefined, device: { ...limited, idfv: gaid } }).device_ids).toHaveProperty('idfv')
  })

  it('a touch may be anonymous', () => {
    expect(stored({ userId: undefined, touch: { kind: 'impression' } })).toMatchObject({ user_id: '', touch: 'impression' })
  })
})

describe('the app', () => {
  it('is the only one when none is named, or the key’s', () => {
    const one = createRequestScope(testScope({ apps: [{ id: GAME, name: 'game', conversionEvents: [] }] }), now)
    expect(stored({ app: undefined }, one).app_id).toBe(GAME)
    expect(stored({ app: undefined }, sdk).app_id).toBe(SHOP)
  })
})

describe('money', () => {
  const price = (amount: unknown, rate: string) => {
    const event = priceEvent(check({ revenue: { amount, currency: 'EUR' } }), parseDecimal(rate), server)
    return 'line' in event ? JSON.parse(event.line) : event
  }
  it.each([
    ['10', '1.1', '11', '10'],
    ['0.000001', '0.5', '0.000001', '0.000001'],
    ['-0.000001', '0.5', '-0.000001', '-0.000001'],
    ['0.000001', '0.499999999999', '0', '0.000001'],
    [0.1, '3', '0.3', '0.1'],
    ['1.0000005', '1', '1.000001', '1.000001'],
    ['99999999999999999999.999999', '1.5', '149999999999999999999.999999', '99999999999999999999.999999'],
  ])('%s at %s is %s', (amount, rate, revenue, original) => {
    expect(price(amount, rate)).toMatchObject({ revenue, original_amount: original, original_currency: 'EUR' })
  })

  it('an sdk key’s bound is one in the reporting currency', () => {
    const event = check({ revenue: { amount: 60, currency: 'EUR' } }, sdk)
    expect(priceEvent(event, parseDecimal('2'), sdk)).toMatchObject({ code: 'REVENUE_ABOVE_LIMIT', path: 'revenue.amount' })
    expect(priceEvent(event, parseDecimal('1.5'), sdk)).toHaveProperty('line')
  })
})

describe('an event that is wrong', () => {
  it.each([
    [1, 'NOT_AN_OBJECT'],
    [null, 'NOT_AN_OBJECT'],
    [[], 'NOT_AN_OBJECT'],
    [{ ...good, evnt: 1 }, 'UNKNOWN_FIELD evnt'],
    [{ ...good, eventId: undefined }, 'MISSING_FIELD eventId'],
    [{ ...good, eventId: '' }, 'EMPTY_VALUE eventId'],
    [{ ...good, eventId: 7 }, 'WRONG_TYPE eventId'],
    [{ ...good, eventId: 'x'.repeat(201) }, 'TOO_LONG eventId'],
    [{ ...good, eventId: 'a\0b' }, 'INVALID_CHARACTER eventId'],
    [{ ...good, event: 'half \ud800 pair' }, 'INVALID_CHARACTER event'],
    [{ ...good, event: undefined }, 'MISSING_FIELD event'],
    [{ ...good, occurredAt: undefined }, 'MISSING_FIELD occurredAt'],
    [{ ...good, occurredAt: 1_700_000_000 }, 'INVALID_TIME occurredAt'],
    [{ ...good, occurredAt: '1700000000' }, 'INVALID_TIME occurredAt'],
    [{ ...good, occurredAt: '2026-02-28T10:00:00' }, 'INVALID_TIME occurredAt'],
    [{ ...good, occurredAt: '2026-02-28' }, 'INVALID_TIME occurredAt'],
    [{ ...good, occurredAt: '2026-02-30T10:00:00Z' }, 'INVALID_TIME occurredAt'],
    [{ ...good, occurredAt: '2026-02-28T24:00:00Z' }, 'INVALID_TIME occurredAt'],
    [{ ...good, occurredAt: '2026-02-28T10:0a:00Z' }, 'INVALID_TIME occurredAt'],
    [{ ...good, occurredAt: '2026-03-02T12:00:00.001Z' }, 'TIME_OUT_OF_RANGE occurredAt'],
    [{ ...good, occurredAt: '1969-12-31T23:59:59.999Z' }, 'TIME_OUT_OF_RANGE occurredAt'],
    [{ ...good, country: 'DEU' }, 'INVALID_COUNTRY country'],
    [{ ...good, country: 'XX' }, 'INVALID_COUNTRY country'],
    [{ ...good, country: 'UK' }, 'INVALID_COUNTRY country'],
    [{ ...good, platform: 5 }, 'WRONG_TYPE platform'],
    [{ ...good, platform: 'x'.repeat(51) }, 'TOO_LONG platform'],
    [{ ...good, revenue: 5 }, 'WRONG_TYPE revenue'],
    [{ ...good, revenue: { currency: 'USD' } }, 'MISSING_FIELD revenue.amount'],
    [{ ...good, revenue: { amount: 5 } }, 'MISSING_FIELD revenue.currency'],
    [{ ...good, revenue: { amount: '1e3', currency: 'USD' } }, 'INVALID_AMOUNT revenue.amount'],
    [{ ...good, revenue: { amount: true, currency: 'USD' } }, 'INVALID_AMOUNT revenue.amount'],
    [{ ...good, revenue: { amount: 0.1234567890123456, currency: 'USD' } }, 'IMPRECISE_AMOUNT revenue.amount'],
    [{ ...good, revenue: { amount: '1'.repeat(25), currency: 'USD' } }, 'AMOUNT_OUT_OF_RANGE revenue.amount'],
    [{ ...good, revenue: { amount: 1, currency: 'usd' } }, 'INVALID_CURRENCY revenue.currency'],
    [{ ...good, revenue: { amount: 1, currency: 'USD', tax: 1 } }, 'UNKNOWN_FIELD revenue.tax'],
    [{ ...good, event: 'refund', revenue: { amount: 1, currency: 'USD' } }, 'REFUND_MUST_BE_NEGATIVE revenue.amount'],
    [{ ...good, device: { gaid: 'nope' } }, 'INVALID_DEVICE_ID device.gaid'],
    [{ ...good, device: { idfa: 'abcdef0123456789' } }, 'INVALID_DEVICE_ID device.idfa'],
    [{ ...good, device: { imei: '1' } }, 'UNKNOWN_FIELD device.imei'],
    [{ ...good, touch: { kind: 'view' } }, 'INVALID_TOUCH_KIND touch.kind'],
    [{ ...good, touch: { campaign: 'c' } }, 'MISSING_FIELD touch.kind'],
    [{ ...good, touch: { kind: 'click', campain: 'c' } }, 'UNKNOWN_FIELD touch.campain'],
    [{ ...good, properties: [] }, 'WRONG_TYPE properties'],
    [{ ...good, properties: { a: { b: 1 } } }, 'WRONG_TYPE properties.a'],
    [{ ...good, properties: { a: null } }, 'WRONG_TYPE properties.a'],
    [{ ...good, properties: { a: 'x'.repeat(1001) } }, 'TOO_LONG properties.a'],
    [{ ...good, properties: { ['x'.repeat(101)]: 1 } }, `TOO_LONG properties.${'x'.repeat(101)}`],
    [{ ...good, properties: { '': 1 } }, 'EMPTY_VALUE properties.'],
    [{ ...good, properties: { a: 'a\0' } }, 'INVALID_CHARACTER properties.a'],
    [{ ...good, properties: Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`p${i}`, i])) }, 'TOO_MANY_PROPERTIES properties'],
    [{ ...good, userId: undefined }, 'USER_REQUIRED userId'],
    [{ ...good, userId: 'device:1' }, 'RESERVED_USER_ID userId'],
    [{ ...good, app: undefined }, 'APP_REQUIRED app'],
    [{ ...good, app: 'shp' }, 'UNKNOWN_APP app'],
  ])('%j is %s', (value, expected) => {
    expect(problems(value)).toEqual([expected])
  })

  it('an sdk key sends for its app alone and no refunds', () => {
    expect(problems({ ...good, app: 'game' }, sdk)).toEqual(['APP_NOT_ALLOWED app'])
    expect(problems({ ...good, revenue: { amount: -1, currency: 'USD' } }, sdk)).toEqual(['REFUND_NOT_ALLOWED revenue.amount'])
    expect(problems({ ...good, event: 'refund' }, sdk)).toEqual(['REFUND_NOT_ALLOWED event'])
  })

  it('everything wrong with an event comes back together, with the nearest right word', () => {
    const checked = checkEvent({ eventID: 'e', event: 5, occurredAt: 'soon', userId: 'u', app: 'shp' }, server)
    expect(checked.kind === 'rejected' && checked.problems).toEqual([
      { code: 'UNKNOWN_FIELD', path: 'eventID', message: 'There is no field "eventID". Did you mean "eventId"?' },
      { code: 'MISSING_FIELD', path: 'eventId', message: 'eventId is missing.' },
      { code: 'WRONG_TYPE', path: 'event', message: 'event must be text; it is 5.' },
      {
        code: 'INVALID_TIME',
        path: 'occurredAt',
        message: 'occurredAt must be an ISO 8601 time with an offset, such as 2026-03-01T12:30:00Z; it is the text "soon".',
      },
      { code: 'UNKNOWN_APP', path: 'app', message: 'There is no app "shp". Did you mean "shop"?' },
    ])
  })

  it('messages and paths hold nothing that a store refuses', () => {
    const checked = checkEvent({ ...good, ['a\0\ud800']: 1 }, server)
    if (checked.kind === 'checked') throw new Error('It is wrong.')
    for (const { path, message } of checked.problems) {
      expect(path + message).not.toContain('\0')
      expect((path + message).isWellFormed()).toBe(true)
    }
  })
})
