import { describe, expect, it } from 'vitest'
import { referenceAnswer } from './answer.ts'
import { storedEvent, type World } from './world.ts'

const acme = '00000000-0000-4000-8000-00000000000a'
const globex = '00000000-0000-4000-8000-00000000000b'
const now = new Date('2024-06-01T00:00:00Z')
const row = (event: string, at: string, parts: Partial<World[number]> = {}) =>
  storedEvent({ tenant_id: acme, event, event_id: `${event} ${at} ${parts.user_id ?? ''}`, at, ...parts })
const ask = (world: World, query: string) => referenceAnswer({ world, tenantId: acme, query, now }).data.metrics

const march = 'range: { start: "2024-03-01T00:00:00Z", end: "2024-04-01T00:00:00Z" } timeZone: "UTC"'

describe('metrics, counted by hand', () => {
  const world = [
    row('install', '2024-03-01T00:00:00Z', { user_id: 'a' }),
    row('session', '2024-03-01T00:00:00Z', { user_id: 'a', country: 'DE' }),
    row('session', '2024-03-02T00:00:00Z', { user_id: 'a', country: 'DE' }),
    row('purchase', '2024-03-02T01:00:00Z', { user_id: 'b', revenue: '10', country: 'US' }),
    row('purchase', '2024-03-02T02:00:00Z', { user_id: 'b', revenue: '-4', is_refund: true, country: 'US' }),
    row('refund', '2024-03-03T02:00:00Z', { user_id: 'c', revenue: '-1', is_refund: true }),
    row('click', '2024-03-03T03:00:00Z', { touch: 'click', campaign_id: 'c1' }),
    row('impression', '2024-03-03T03:00:00Z', { touch: 'impression', user_id: 'd', campaign_id: 'c1' }),
    row('session', '2024-04-01T00:00:00Z', { user_id: 'e' }),
    row('session', '2024-02-29T23:59:59.999Z', { user_id: 'f' }),
    { ...row('session', '2024-03-02T00:00:00Z', { user_id: 'a' }), tenant_id: globex },
  ]

  it('counts what is inside the range, the start included and the end not', () => {
    const measures = 'impressions clicks installs sessions activeUsers payers purchases events(name: "purchase") revenue grossRevenue refunds arpu'
    expect(ask(world, `{ metrics(input: { ${march} }) { totals { ${measures} } } }`)).toEqual({
      totals: {
        impressions: '1',
        clicks: '1',
        installs: '1',
        sessions: '2',
        activeUsers: '2',
        payers: '1',
        purchases: '1',
        events: '2',
        revenue: '5',
        grossRevenue: '10',
        refunds: '5',
        arpu: '2.5',
      },
    })
  })

  it('does not take a refund, an install, a touch or an anonymous row for activity', () => {
    expect(ask(world, `{ metrics(input: { ${march} groupBy: [{ time: DAY }] }) { rows { time { start isPartial } activeUsers arpu } } }`)).toEqual({
      rows: [
        { time: { start: '2024-03-01T00:00:00.000Z', isPartial: false }, activeUsers: '1', arpu: '0' },
        { time: { start: '2024-03-02T00:00:00.000Z', isPartial: false }, activeUsers: '2', arpu: '3' },
        { time: { start: '2024-03-03T00:00:00.000Z', isPartial: false }, activeUsers: '0', arpu: null },
      ],
    })
  })

  it('shows an absent value as null and orders it last', () => {
    const query = `{ metrics(input: { ${march} groupBy: [{ dimension: CAMPAIGN }] }) { rows { campaign { id } clicks } } }`
    expect(ask(world, query)).toEqual({
      rows: [
        { campaign: { id: 'c1' }, clicks: '1' },
        { campaign: null, clicks: '0' },
      ],
    })
  })

  it('orders by measure, cuts at the limit and says so, and keeps the totals whole', () => {
    const query = `{ metrics(input: { ${march} groupBy: [{ dimension: COUNTRY }] orderBy: [{ alias: "net" }] limit: 1 }) {
      rows { country net: revenue } totals { net: revenue } info { isTruncated } } }`
    expect(ask(world, query)).toEqual({ rows: [{ country: 'US', net: '6' }], totals: { net: '5' }, info: { isTruncated: true } })
  })

  it('says of a bucket that the range cuts, or that has not ended, that it is partial', () => {
    const cut = `{ metrics(input: {
        range: { start: "2024-03-01T12:00:00Z", end: "2024-03-02T12:00:00Z" } timeZone: "UTC" groupBy: [{ time: DAY }] }) {
        rows { time { start end isPartial } purchases } } }`
    expect(ask(world, cut)).toEqual({
      rows: [{ time: { start: '2024-03-02T00:00:00.000Z', end: '2024-03-03T00:00:00.000Z', isPartial: true }, purchases: '1' }],
    })
    const year = `{ metrics(input: {
        range: { start: "2024-01-01T00:00:00Z", end: "2025-01-01T00:00:00Z" } timeZone: "UTC" groupBy: [{ time: YEAR }] }) {
        rows { time { isPartial } sessions } } }`
    expect(ask(world, year)).toEqual({ rows: [{ time: { isPartial: true }, sessions: '4' }] })
  })
})

describe('filters', () => {
  const world = [
    row('session', '2024-03-01T00:00:00Z', { user_id: 'a', channel: 'organic', properties: { level: '10', plan: 'pro' } }),
    row('session', '2024-03-02T00:00:00Z', { user_id: 'b', channel: 'Search', properties: { level: '9.5' } }),
    row('session', '2024-03-03T00:00:00Z', { user_id: 'c', properties: { level: 'nan' } }),
  ]
  const sessions = (where: string) => ask(world, `{ metrics(input: { ${march} where: ${where} }) { totals { sessions } } }`)

  it.each([
    ['{ channel: { notIn: ["organic"] } }', '2'],
    ['{ channel: { isNull: true } }', '1'],
    ['{ not: { channel: { eq: "search" } } }', '3'],
    ['{ channel: { startsWith: "Sea", contains: "arc" } }', '1'],
    ['{ channel: { in: [] } }', '0'],
    ['{ or: [{ channel: { eq: "organic" } }, { property: { name: "level", number: { lt: 10 } } }] }', '2'],
    ['{ property: { name: "level", number: { gte: -1 } } }', '2'],
    ['{ property: { name: "plan", text: { isNull: false } } }', '1'],
    ['{ and: [], or: [{}] }', '3'],
  ])('%s holds for %s of the three', (where, count) => {
    expect(sessions(where)).toEqual({ totals: { sessions: count } })
  })
})
