import * as fc from 'fast-check'
import { DIMENSIONS } from '../reference/filters.ts'
import { dimensions, type Dimension, type GroupBy, type TimeUnit } from '../reference/question.ts'
import type { World } from '../reference/world.ts'
import { anchors, MAX_DAYS, randomAnchor, randomOffset, randomWorld, worldApps, worldTenants, type Anchor } from './randomWorld.ts'

/** A document for the API, as a client sends it, with the clock and the tenant that it is asked for. */
export type RandomRequest = {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
  readonly now: string
  readonly tenantId: string
}
export type RandomCase = { readonly world: World; readonly request: RandomRequest }

/** A small world and one question about it: metrics, totals alone, cohorts, or several questions in one document. */
export const randomCase: fc.Arbitrary<RandomCase> = randomAnchor.chain((anchor) => {
  const part = fc.oneof(metricsPart(anchor), cohortsPart(anchor))
  const parts = fc.oneof({ weight: 9, arbitrary: fc.tuple(part) }, { weight: 1, arbitrary: fc.array(part, { minLength: 2, maxLength: 3 }) })
  const tenantId = fc.oneof({ weight: 9, arbitrary: fc.constant(worldTenants[0]) }, { weight: 1, arbitrary: fc.constant(worldTenants[1]) })
  return fc
    .record({ world: randomWorld(anchor), parts, now: randomNow(anchor.start), tenantId })
    .map(({ world, parts, now, tenantId }) => ({ world, request: { ...documentOf(parts), now: new Date(now).toISOString(), tenantId } }))
})

type Part = { readonly field: 'metrics' | 'cohorts'; readonly selection: string; readonly input: unknown }

function documentOf(parts: readonly Part[]): Pick<RandomRequest, 'query' | 'variables'> {
  const declared = parts.map((part, i) => `$i${i}: ${part.field === 'metrics' ? 'MetricsInput' : 'CohortsInput'}!`).join(', ')
  const roots = parts.map((part, i) => `q${i}: ${part.field}(input: $i${i}) ${part.selection}`).join('\n  ')
  return { query: `query (${declared}) {\n  ${roots}\n}`, variables: Object.fromEntries(parts.map((part, i) => [`i${i}`, part.input])) }
}

/** Mostly soon after the world's rows, so that much is not yet known; or the end of 2026, by which all is. */
const randomNow = (start: number): fc.Arbitrary<number> =>
  fc.oneof(
    // Whole days after the anchor, at which the periods of many members end.
    { weight: 3, arbitrary: fc.constantFrom(2, 3, 4, 5, 6, 8, 10, 14, 28, 30).map((days) => start + days * DAY_MS) },
    { weight: 4, arbitrary: randomOffset().map((ms) => start + ms + 5 * DAY_MS) },
    { weight: 1, arbitrary: fc.constant(Date.parse('2026-12-20T10:20:30.400Z')) },
  )

const DAY_MS = 86_400_000
const INFO = 'info { asOf isTruncated isApproximate }'
const dayish: readonly TimeUnit[] = ['DAY', 'WEEK', 'MONTH']
const timeUnits: readonly TimeUnit[] = ['HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR']

function shared({ start, timeZone }: Anchor) {
  const zone = fc.oneof(
    { weight: 2, arbitrary: fc.constant(timeZone) },
    { weight: 1, arbitrary: fc.constantFrom(...anchors.map((anchor) => anchor.timeZone), 'America/St_Johns') },
  )
  const fixed = fc.tuple(randomOffset(), randomOffset()).map(([a, b]) => ({
    start: new Date(start + Math.min(a, b) - DAY_MS).toISOString(),
    end: new Date(start + Math.max(a, b) + DAY_MS).toISOString(),
  }))
  const whole = fc.constant({ start: new Date(start - 2 * DAY_MS).toISOString(), end: new Date(start + (MAX_DAYS + 3) * DAY_MS).toISOString() })
  const last = fc.record({
    last: fc.integer({ min: 1, max: 12 }),
    unit: fc.constantFrom<TimeUnit>('DAY', 'WEEK', 'MONTH', 'QUARTER'),
    includeCurrent: fc.boolean(),
  })
  const limit = fc.oneof({ weight: 5, arbitrary: fc.constant(1000) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 4 }) })
  return { timeZone: zone, range: fc.oneof({ weight: 5, arbitrary: whole }, { weight: 2, arbitrary: fixed }, { weight: 1, arbitrary: last }), limit }
}

function metricsPart(anchor: Anchor): fc.Arbitrary<Part> {
  const measures = fc.uniqueArray(randomMeasure, { minLength: 1, maxLength: 6 })
  return fc
    .record({ groupBy: randomGroupBy({ hasTime: true, among: dimensions }), measures, shape: fc.constantFrom('rows', 'totals', 'both', 'both') })
    .chain(({ groupBy, measures, shape }) => {
      const selected = measures.map((name, i) => `m${i}: ${name}`)
      const rows = `rows { ${[...groupBy.flatMap(labelFields), ...selected].join(' ')} }`
      const totals = `totals { ${selected.join(' ')} }`
      const selection = `{ ${shape === 'totals' ? '' : rows} ${shape === 'rows' ? '' : totals} ${INFO} }`
      const orderBy = fc.array(randomOrderBy({ groupBy, aliases: shape === 'totals' ? [] : measures.map((_, i) => `m${i}`) }), { maxLength: 2 })
      return fc
        .record({ ...shared(anchor), groupBy: fc.constant(groupBy), orderBy, where: maybe(randomFilter(2)) }, { requiredKeys: ['timeZone', 'range'] })
        .map((input): Part => ({
          field: 'metrics',
          selection,
          // Without its groups the selected labels and the order would mean nothing.
          input: { ...input, groupBy },
        }))
    })
}

function cohortsPart(anchor: Anchor): fc.Arbitrary<Part> {
  const entry = fc.oneof(
    fc.constantFrom({ kind: 'INSTALL' }, { kind: 'SIGN_UP' }, { kind: 'FIRST_EVENT' }),
    fc.record({ kind: fc.constant('FIRST_EVENT'), event: randomEventName }),
  )
  const periodFields = fc.uniqueArray(
    fc.constantFrom(
      'users',
      'retention',
      'events',
      'revenue',
      'cumulativeRevenue',
      'arpu',
      'ltv',
      'matureUsers',
      'isPartial',
      'e1: events(name: "purchase")',
      'e2: events(name: "click")',
    ),
    { minLength: 1 },
  )
  const grain = fc.constantFrom<TimeUnit>(...dayish, ...dayish, 'HOUR', 'QUARTER', 'YEAR')
  const among = dimensions.filter((each) => cohortDimensions.has(each))
  return fc.record({ groupBy: randomGroupBy({ hasTime: false, among }), periodFields }).chain(({ groupBy, periodFields }) => {
    const selection = `{ rows { start ${groupBy.flatMap(labelFields).join(' ')} size periods { index ${periodFields.join(' ')} } } ${INFO} }`
    const unit = fc.constantFrom<TimeUnit>('DAY', 'DAY', ...dayish, ...dayish, 'HOUR', 'QUARTER', 'YEAR')
    // A filter on the entry leaves few of so few people.
    const where = fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: randomFilter(2) })
    const activity = fc.record({ event: randomEventName, where: randomFilter(1) }, { requiredKeys: [] })
    const always = { ...shared(anchor), entry, grain, periodUnit: unit, periods: fc.integer({ min: 1, max: 8 }) }
    const kinds = {
      periodKind: fc.constantFrom('ROLLING', 'CALENDAR'),
      retention: fc.constantFrom('BOUNDED', 'UNBOUNDED'),
      denominator: fc.constantFrom('ALL', 'MATURE'),
    }
    const input = fc.record({ ...always, ...kinds, activity, where }, { requiredKeys: ['timeZone', 'range', 'entry', 'grain', 'periods'] })
    return input.map((given): Part => ({ field: 'cohorts', selection, input: { ...given, groupBy } }))
  })
}

/** Those that a cohort's row shows. */
const cohortDimensions: ReadonlySet<Dimension> = new Set<Dimension>(['APP', 'PLATFORM', 'COUNTRY', 'CHANNEL', 'PARTNER', 'CAMPAIGN'])

function randomGroupBy({ hasTime, among }: { hasTime: boolean; among: readonly Dimension[] }): fc.Arbitrary<GroupBy[]> {
  const time = fc.option(
    fc.constantFrom(...timeUnits).map((unit): GroupBy => ({ time: unit })),
    { nil: null, freq: 2 },
  )
  const byDimension = fc.uniqueArray(fc.constantFrom(...among), { maxLength: 2 }).map((names) => names.map((name): GroupBy => ({ dimension: name })))
  const property = fc.option(
    fc.constantFrom('level', 'plan', 'missing').map((name): GroupBy => ({ property: name })),
    { nil: null, freq: 1 },
  )
  const parts = fc.tuple(
    hasTime ? time : fc.constant(null),
    byDimension,
    fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: property }),
  )
  return parts.chain(([unit, names, name]) => {
    const all = [...(unit === null ? [] : [unit]), ...names, ...(name === null ? [] : [name])]
    return fc.shuffledSubarray(all, { minLength: all.length })
  })
}

function labelFields(by: GroupBy): string[] {
  if ('time' in by) return ['time { start end isPartial }']
  if ('property' in by) return [`property(name: ${JSON.stringify(by.property)})`]
  const { field } = DIMENSIONS[by.dimension]
  return [entityFields.has(field) ? `${field} { id }` : field]
}

const entityFields: ReadonlySet<string> = new Set(['app', 'partner', 'campaign', 'adGroup', 'creative'])
const plainMeasures = [
  'impressions',
  'clicks',
  'installs',
  'sessions',
  'activeUsers',
  'payers',
  'purchases',
  'revenue',
  'grossRevenue',
  'refunds',
  'arpu',
] as const
const randomEventName = fc.constantFrom('purchase', 'session', 'sign_up', 'install', 'click', 'refund', "level '100%_up'\\", 'never')
const randomMeasure = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom<string>(...plainMeasures) },
  { weight: 1, arbitrary: randomEventName.map((name) => `events(name: ${JSON.stringify(name)})`) },
)

function randomOrderBy({ groupBy, aliases }: { groupBy: readonly GroupBy[]; aliases: readonly string[] }): fc.Arbitrary<Record<string, string>> {
  const grouped = groupBy.flatMap((by) => ('dimension' in by ? [by.dimension] : []))
  const what: fc.Arbitrary<Record<string, string>>[] = [fc.constantFrom(...plainMeasures).map((measure) => ({ measure }))]
  if (aliases.length > 0) what.push(fc.constantFrom(...aliases).map((alias) => ({ alias })))
  if (grouped.length > 0) what.push(fc.constantFrom(...grouped).map((dimension) => ({ dimension })))
  return fc
    .tuple(fc.oneof(...what), fc.constantFrom<Record<string, string>>({}, { direction: 'ASC' }, { direction: 'DESC' }))
    .map(([by, direction]) => ({ ...by, ...direction }))
}

const maybe = <Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> => fc.option(arbitrary, { nil: null, freq: 3 })

/** Conditions on every kind of column, nested to the depth. */
function randomFilter(depth: number): fc.Arbitrary<Record<string, unknown>> {
  const text = (field: string, values: readonly string[]) => textFilter(values).map((condition) => ({ [field]: condition }))
  const ids = (field: string, values: readonly string[]) => idFilter(values).map((condition) => ({ [field]: condition }))
  const leaves = fc.oneof(
    text('event', ['session', 'purchase', 'install', 'click', "level '100%_up'\\"]),
    text('platform', ['ios', 'android']),
    text('country', ['DE', 'US', 'de']),
    text('appVersion', ['1.9', '1.10', '1.']),
    text('channel', ['organic', 'Search', 'search', '100%_off', '%', '_']),
    ids('app', worldApps),
    ids('partner', ['p1', 'p2']),
    ids('campaign', ['c1', "c'2\\", 'ç3']),
    ids('adGroup', ['g1', 'g2']),
    ids('creative', ['k1', 'k2']),
    randomPropertyFilter,
  )
  if (depth === 0) return leaves
  const inner = randomFilter(depth - 1)
  const nested = fc.oneof(
    inner.map((not) => ({ not })),
    fc.array(inner, { maxLength: 2 }).map((and) => ({ and })),
    fc.array(inner, { maxLength: 3 }).map((or) => ({ or })),
  )
  return fc.oneof(
    { weight: 3, arbitrary: leaves },
    { weight: 1, arbitrary: fc.tuple(leaves, leaves).map(([a, b]) => ({ ...a, ...b })) },
    { weight: 2, arbitrary: nested },
    { weight: 1, arbitrary: fc.constant({}) },
  )
}

function textFilter(values: readonly string[]): fc.Arbitrary<Record<string, unknown>> {
  const value = fc.constantFrom(...values)
  const part = value.map((each) => each.slice(0, 3))
  return fc.oneof(
    idFilter(values),
    part.map((contains) => ({ contains })),
    part.map((startsWith) => ({ startsWith })),
    fc.tuple(value, part).map(([other, startsWith]) => ({ notIn: [other], startsWith })),
  )
}

function idFilter(values: readonly string[]): fc.Arbitrary<Record<string, unknown>> {
  const value = fc.constantFrom(...values)
  const list = fc.subarray([...values])
  return fc.oneof(
    { weight: 2, arbitrary: value.map((eq) => ({ eq })) },
    { weight: 2, arbitrary: list.map((some) => ({ in: some })) },
    { weight: 4, arbitrary: list.map((notIn) => ({ notIn })) },
    { weight: 2, arbitrary: fc.boolean().map((isNull) => ({ isNull })) },
  )
}

const randomPropertyFilter = fc.oneof(
  fc
    .tuple(fc.constantFrom('plan', 'level', 'missing'), textFilter(['free', 'pro', 'Pro {x}', 'true']))
    .map(([name, condition]) => ({ property: { name, text: condition } })),
  fc
    .tuple(fc.constantFrom('gt', 'gte', 'lt', 'lte', 'eq'), fc.constantFrom(9.5, 10, 1, -0.5, 0))
    .map(([operator, bound]) => ({ property: { name: 'level', number: { [operator]: bound } } })),
)
