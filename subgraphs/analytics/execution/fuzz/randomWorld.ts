import * as fc from 'fast-check'
import { storedTime, type StoredEvent } from '#db/clickhouse/storedEvent.ts'
import { bucketOf } from '../reference/calendar.ts'
import { fromMicros } from '../reference/decimals.ts'
import { storedEvent, type World } from '../reference/world.ts'

/** Stand-ins for tenants; a run puts new random ids in their place, so that the worlds of one database do not meet. */
export const worldTenants: readonly [string, string] = ['00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-0000000000a2']

export const worldApps: readonly string[] = [
  '0a000000-0000-4000-8000-000000000001',
  'f9000000-0000-4000-8000-000000000002',
  '10000000-0000-4000-b000-000000000003',
]

/** Days near which a calendar is at its worst, with a zone in which it is; worlds lie around the local midnight. */
export const anchors: readonly { readonly day: string; readonly timeZone: string }[] = [
  { day: '2024-02-27', timeZone: 'UTC' },
  { day: '2024-03-30', timeZone: 'Europe/Berlin' },
  { day: '2023-10-27', timeZone: 'Europe/Berlin' },
  { day: '2026-10-31', timeZone: 'America/New_York' },
  { day: '1997-01-01', timeZone: 'UTC' },
  { day: '2000-02-28', timeZone: 'Asia/Kolkata' },
  { day: '2017-10-14', timeZone: 'America/Sao_Paulo' },
  { day: '2018-02-16', timeZone: 'America/Sao_Paulo' },
  { day: '2024-11-02', timeZone: 'America/Havana' },
  { day: '2019-12-29', timeZone: 'Pacific/Kiritimati' },
  { day: '2020-12-30', timeZone: 'Etc/GMT+12' },
  { day: '2024-04-06', timeZone: 'Pacific/Auckland' },
  { day: '2024-04-06', timeZone: 'Australia/Lord_Howe' },
  { day: '2024-10-05', timeZone: 'Australia/Lord_Howe' },
  { day: '2011-12-28', timeZone: 'Pacific/Apia' },
  { day: '2026-10-20', timeZone: 'Asia/Kathmandu' },
]

/** The instant of the local midnight that a world lies around. */
export type Anchor = { readonly start: number; readonly timeZone: string }

export const randomAnchor: fc.Arbitrary<Anchor> = fc
  .constantFrom(...anchors)
  .map(({ day, timeZone }) => ({ start: bucketOf(Date.parse(`${day}T12:00:00Z`), 'DAY', timeZone).start, timeZone }))

export const MAX_DAYS = 45
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** 5 to 80 rows of two tenants that share the ids of their users, within some weeks after the anchor. */
export const randomWorld = ({ start }: Anchor): fc.Arbitrary<World> =>
  fc
    .array(fc.record({ what: randomWhat(), who: randomWho(), when: randomOffset(), before: randomDistance, late: randomLateness, where: randomPlace() }), {
      minLength: 5,
      maxLength: 80,
      size: 'max',
    })
    .map((rows) =>
      rows.map(({ what, who, when, before, late, where }, i) => {
        const at = start + when - before * DAY_MS
        return row({ ...what, ...who, ...where, event_id: `${who.event_id}-${i}`, recorded_at: storedTime(new Date(at + late)) }, at)
      }),
    )

/** Days before: some rows lie in the times that a range is compared with. */
const randomDistance: fc.Arbitrary<number> = fc.oneof(
  { weight: 8, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.constantFrom(7, 14, 28, 30, 48, 49, 90) },
  { weight: 1, arbitrary: fc.constantFrom(364, 365, 366) },
)

/** Milliseconds from an event to its arrival: mostly none; some come days late. */
const randomLateness: fc.Arbitrary<number> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.constantFrom(1, HOUR_MS, DAY_MS, 7 * DAY_MS) },
)

/**
 * Milliseconds after the anchor. Whole days and hours are frequent, so that rows lie exactly on the borders of buckets and of one another's
 * rolling periods, or one millisecond beside them.
 */
export function randomOffset(): fc.Arbitrary<number> {
  const day = fc.oneof(
    { weight: 3, arbitrary: fc.nat(3) },
    { weight: 2, arbitrary: fc.nat(MAX_DAYS) },
    { weight: 1, arbitrary: fc.constantFrom(7, 14, 28, 30) },
  )
  const hour = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(25) })
  const rest = fc.oneof(
    { weight: 5, arbitrary: fc.constant(0) },
    { weight: 2, arbitrary: fc.constantFrom(-1, 1) },
    { weight: 1, arbitrary: fc.nat(HOUR_MS) },
    { weight: 1, arbitrary: fc.constantFrom(HOUR_MS / 2, HOUR_MS / 4) },
  )
  return fc.tuple(day, hour, rest).map(([days, hours, ms]) => days * DAY_MS + hours * HOUR_MS + ms)
}

type What = Pick<StoredEvent, 'event' | 'touch' | 'revenue' | 'is_refund'>

function row(
  parts: What & Omit<Partial<StoredEvent>, 'event_id' | 'tenant_id'> & { tenant_id: string; event_id: string; isAnonymous: boolean },
  at: number,
): StoredEvent {
  const { isAnonymous, ...columns } = parts
  // Only a touch may be nobody's.
  return storedEvent({ ...columns, user_id: isAnonymous && columns.touch !== 'none' ? '' : (columns.user_id ?? ''), at })
}

function randomWhat(): fc.Arbitrary<What> {
  const plain = (event: string, touch: StoredEvent['touch'] = 'none') => fc.constant<What>({ event, touch, revenue: '0', is_refund: false })
  const paid = (event: string) => randomAmount.map((micros): What => ({ event, touch: 'none', revenue: fromMicros(micros), is_refund: false }))
  const back = (event: string) =>
    randomAmount.map((micros): What => ({ event, touch: 'none', revenue: fromMicros(micros === 0n ? -1n : -micros), is_refund: true }))
  return fc.oneof(
    { weight: 5, arbitrary: plain('session') },
    { weight: 4, arbitrary: paid('purchase') },
    { weight: 3, arbitrary: plain('install') },
    { weight: 2, arbitrary: plain('sign_up') },
    { weight: 2, arbitrary: plain("level '100%_up'\\") },
    { weight: 1, arbitrary: paid('subscribe') },
    { weight: 1, arbitrary: back('refund') },
    { weight: 1, arbitrary: back('purchase') },
    { weight: 3, arbitrary: plain('click', 'click') },
    { weight: 3, arbitrary: plain('impression', 'impression') },
    { weight: 1, arbitrary: plain('install', 'click') },
    // Odd, and nothing forbids it: a touch that names a purchase and its price.
    { weight: 1, arbitrary: paid('purchase').map((what): What => ({ ...what, touch: 'click' })) },
  )
}

/** Millionths: nothing, odd last places that need rounding, and sums that no float would hold. */
const randomAmount: fc.Arbitrary<bigint> = fc.oneof(
  fc.constantFrom(0n, 1n, 500_000n, 9_990_000n, 12_345_678n),
  fc.bigInt({ min: 0n, max: 20_000_000n }),
  fc.constant(99_999_999_999_999_999_999n),
)

function randomWho(): fc.Arbitrary<{ tenant_id: string; user_id: string; isAnonymous: boolean; event_id: string }> {
  return fc.record({
    tenant_id: fc.oneof({ weight: 4, arbitrary: fc.constant(worldTenants[0]) }, { weight: 1, arbitrary: fc.constant(worldTenants[1]) }),
    user_id: fc.constantFrom('u1', 'u2', 'u3', 'u4', 'u5', 'U1', 'ü'),
    isAnonymous: fc.constantFrom(true, false, false),
    event_id: fc.nat(99).map(String),
  })
}

export function randomPlace() {
  return fc.record({
    app_id: fc.constantFrom(...worldApps),
    platform: fc.constantFrom('', 'ios', 'android'),
    country: fc.constantFrom('', 'DE', 'US', 'IN'),
    app_version: fc.constantFrom('', '1.9', '1.10'),
    channel: fc.constantFrom('', 'organic', 'direct', 'Search', '100%_off'),
    partner_id: fc.constantFrom('', 'p1', 'p2'),
    campaign_id: fc.constantFrom('', 'c1', "c'2\\", 'ç3'),
    ad_group_id: fc.constantFrom('', 'g1'),
    creative_id: fc.constantFrom('', 'k1', 'k2'),
    properties: fc.record(
      { level: fc.constantFrom('1', '9.5', '10', '-0.5', 'five', 'nan', 'inf', 'true'), plan: fc.constantFrom('free', 'pro', 'Pro {x}') },
      { requiredKeys: [] },
    ),
  })
}
