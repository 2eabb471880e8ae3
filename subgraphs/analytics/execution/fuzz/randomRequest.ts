import * as fc from 'fast-check'
import type { StoredCost } from '#db/clickhouse/storedCost.ts'
import { DIMENSIONS } from '../reference/filters.ts'
import { dimensions, type Dimension, type TimeUnit } from '../reference/question.ts'
import { bucketOf } from '../reference/calendar.ts'
import { COST_DIMENSIONS } from '../reference/costs.ts'
import type { ReferenceSegment } from '../reference/segments.ts'
import type { World } from '../reference/world.ts'
import { randomAttribution } from './randomAttribution.ts'
import { randomCosts } from './randomCosts.ts'
import { randomFilter, randomSegmentGroups, worldSegments, type RandomGroup } from './randomFilter.ts'
import { randomSegments } from './randomSegment.ts'
import { randomFunnel } from './randomFunnel.ts'
import { costMeasures, isOfGroups, oneIn, plainMeasures, randomEventName, randomMeasure } from './randomMeasures.ts'
import { randomPaths } from './randomPaths.ts'
import { anchors, MAX_DAYS, randomAnchor, randomOffset, randomWorld, worldTenants, type Anchor } from './randomWorld.ts'

/** A document for the API, as a client sends it, with the clock and the tenant that it is asked for. */
export type RandomRequest = {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
  readonly now: string
  readonly tenantId: string
}
export type RandomCase = {
  readonly world: World
  readonly costs: readonly StoredCost[]
  /** Saved before anything is asked. */
  readonly segments: readonly ReferenceSegment[]
  readonly request: RandomRequest
}

/** A small world and one question about it: metrics, totals alone, cohorts, attribution, a funnel, paths, the size of a segment, or several questions in one document. */
export const randomCase: fc.Arbitrary<RandomCase> = randomAnchor.chain((anchor) =>
  fc.record({ world: randomWorld(anchor), costs: randomCosts(anchor), asked: askedNear(anchor) }).map(({ asked, ...stored }) => ({ ...stored, ...asked })),
)

export type RandomAsked = Pick<RandomCase, 'segments' | 'request'>

/** A question alone, for what is told without rows. */
export const randomAsked: fc.Arbitrary<RandomAsked> = randomAnchor.chain(askedNear)

function askedNear(anchor: Anchor): fc.Arbitrary<RandomAsked> {
  const part = fc.oneof(
    { weight: 4, arbitrary: metricsPart(anchor) },
    { weight: 4, arbitrary: cohortsPart(anchor) },
    { weight: 4, arbitrary: attributionPart(anchor) },
    { weight: 4, arbitrary: funnelPart(anchor) },
    { weight: 4, arbitrary: pathsPart(anchor) },
    { weight: 1, arbitrary: segmentSizePart(anchor) },
  )
  const parts = fc.oneof({ weight: 9, arbitrary: fc.tuple(part) }, { weight: 1, arbitrary: fc.array(part, { minLength: 2, maxLength: 3 }) })
  const tenantId = fc.oneof({ weight: 9, arbitrary: fc.constant(worldTenants[0]) }, { weight: 1, arbitrary: fc.constant(worldTenants[1]) })
  return fc
    .record({ segments: randomSegments(anchor), parts, now: randomNow(anchor.start), tenantId })
    .map(({ segments, parts, now, tenantId }) => ({ segments, request: { ...documentOf(parts), now: new Date(now).toISOString(), tenantId } }))
}

type Part = { readonly field: keyof typeof inputTypes; readonly selection: string; readonly input: unknown }

const inputTypes = {
  metrics: 'MetricsInput',
  cohorts: 'CohortsInput',
  attribution: 'AttributionInput',
  funnel: 'FunnelInput',
  paths: 'PathsInput',
  segmentSize: 'SegmentOfInput',
} as const

function documentOf(parts: readonly Part[]): Pick<RandomRequest, 'query' | 'variables'> {
  const declared = parts.map((part, i) => `$i${i}: ${inputTypes[part.field]}!`).join(', ')
  const roots = parts.map((part, i) => `q${i}: ${part.field}(${part.field === 'segmentSize' ? 'of' : 'input'}: $i${i}) ${part.selection}`).join('\n  ')
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
    unit: fc.constantFrom<TimeUnit>('HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER'),
    includeCurrent: fc.boolean(),
  })
  const limit = fc.oneof({ weight: 5, arbitrary: fc.constant(1000) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 4 }) })
  return { timeZone: zone, range: fc.oneof({ weight: 5, arbitrary: whole }, { weight: 3, arbitrary: fixed }, { weight: 1, arbitrary: last }), limit }
}

/** Time zone and range of a question that costs can answer: local days as a whole. */
function wholeDays({ start, timeZone }: Anchor): fc.Arbitrary<Record<string, unknown>> {
  const zone = fc.oneof({ weight: 3, arbitrary: fc.constant(timeZone) }, { weight: 1, arbitrary: fc.constantFrom('UTC', 'America/St_Johns', 'Pacific/Apia') })
  const day = fc.integer({ min: -3, max: MAX_DAYS + 3 })
  const last = fc.record({ last: fc.integer({ min: 1, max: 12 }), unit: fc.constantFrom<TimeUnit>('DAY', 'WEEK', 'MONTH', 'QUARTER') })
  return zone.chain((name) => {
    const midnight = (days: number) => bucketOf(start + days * DAY_MS + DAY_MS / 2, 'DAY', name).start
    const fixed = fc
      .tuple(day, day)
      .map(([a, b]) => ({ start: new Date(midnight(Math.min(a, b))).toISOString(), end: new Date(midnight(Math.max(a, b) + 1)).toISOString() }))
    return fc.record({ timeZone: fc.constant(name), range: fc.oneof({ weight: 6, arbitrary: fixed }, { weight: 1, arbitrary: last }) })
  })
}

const costDimensions = dimensions.filter((each) => each in COST_DIMENSIONS)

/** A third of the questions are such that costs can be asked for. */
const randomPurpose = fc.oneof({ weight: 2, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) })

function metricsPart(anchor: Anchor): fc.Arbitrary<Part> {
  return randomPurpose.chain((ofCosts) => {
    const groups = randomGroupBy({ units: ofCosts ? timeUnits.slice(1) : timeUnits, among: ofCosts ? costDimensions : dimensions, hasProperty: !ofCosts })
    const measures = fc.uniqueArray(randomMeasure({ ofCosts }), { minLength: 1, maxLength: 6 })
    return fc
      .record({ groupBy: groups, measures, shape: fc.constantFrom('rows', 'totals', 'both', 'both') })
      .chain((asked) => metricsQuestion(anchor, { ...asked, measures: asked.measures.filter((each) => isOfGroups(each, asked.groupBy)), ofCosts }))
  })
}

type AskedMetrics = { readonly groupBy: readonly RandomGroup[]; readonly measures: readonly string[]; readonly shape: string; readonly ofCosts: boolean }

function metricsQuestion(anchor: Anchor, { groupBy, measures, shape, ofCosts }: AskedMetrics): fc.Arbitrary<Part> {
  const selected = measures.map((name, i) => `m${i}: ${name}`)
  if (selected.length === 0) selected.push('sessions')
  const orderable = measures.map((name, i) => (name.startsWith('lifecycle') ? null : `m${i}`)).filter((alias) => alias !== null)
  const rows = `rows { isOther ${[...groupBy.flatMap(labelFields), ...selected].join(' ')} }`
  const totals = `totals { ${selected.join(' ')} }`
  const selection = `{ ${shape === 'totals' ? '' : rows} ${shape === 'rows' ? '' : totals} ${INFO} }`
  const { limit, ...times } = shared(anchor)
  const orderBy = fc.array(randomOrderBy({ groupBy, aliases: shape === 'totals' ? [] : orderable, ofCosts }), { maxLength: 2 })
  const isGrouped = groupBy.some((by) => !('time' in by)) && !measures.some((name) => name.startsWith('lifecycle'))
  const by = fc.constantFrom(...plainMeasures, ...(ofCosts ? costMeasures : []))
  const top = fc.record({ count: fc.integer({ min: 1, max: 3 }), by, direction: fc.constantFrom('ASC', 'DESC') }, { requiredKeys: ['count'] })
  const rest = fc
    .record(
      { limit, orderBy, where: maybe(randomFilter(2, { ofCosts })), top: isGrouped ? oneIn(3, top) : fc.constant(null), fillGaps: oneIn(4, fc.constant(true)) },
      { requiredKeys: [] },
    )
    // A range of many hours has too many of them.
    .map(({ fillGaps, ...given }) => ({ ...given, fillGaps: fillGaps === true && !groupBy.some((each) => 'time' in each && each.time === 'HOUR') }))
  return fc
    .tuple(ofCosts ? wholeDays(anchor) : fc.record(times), rest)
    .map(([time, given]): Part => ({ field: 'metrics', selection, input: { ...time, ...given, groupBy } }))
}

function cohortsPart(anchor: Anchor): fc.Arbitrary<Part> {
  return randomPurpose.chain((ofCosts) => {
    const among = dimensions.filter((each) => cohortDimensions.has(each))
    const fields = [...periodFields, ...(ofCosts ? ['roas', 'roas'] : [])]
    return fc
      .record({
        groupBy: randomGroupBy({ units: [], among, hasProperty: !ofCosts }),
        fields: fc.uniqueArray(fc.constantFrom(...fields), { minLength: 1 }),
      })
      .chain((asked) => cohortsQuestion(anchor, { ...asked, ofCosts }))
  })
}

function attributionPart(anchor: Anchor): fc.Arbitrary<Part> {
  return randomPurpose.chain((ofCosts) =>
    fc
      .record({
        asked: randomAttribution({ ofCosts }),
        shape: fc.constantFrom('rows', 'totals', 'both', 'both'),
        time: ofCosts ? wholeDays(anchor) : fc.record({ timeZone: shared(anchor).timeZone, range: shared(anchor).range }),
      })
      .map(({ asked: { groupBy, fields, input }, shape, time }): Part => {
        const selected = fields.map((field, i) => `f${i}: ${field}`)
        const rows = `rows { ${[...groupBy.flatMap(labelFields), ...selected].join(' ')} }`
        const selection = `{ ${shape === 'totals' ? '' : rows} ${shape === 'rows' ? '' : `totals { ${selected.join(' ')} }`} ${INFO} }`
        return { field: 'attribution', selection, input: { ...time, ...input, groupBy } }
      }),
  )
}

function funnelPart(anchor: Anchor): fc.Arbitrary<Part> {
  const { timeZone, range } = shared(anchor)
  const groups = fc.oneof(fc.constant<RandomGroup[]>([]), randomGroupBy({ units: timeUnits, among: dimensions, hasProperty: true }))
  return fc
    .record({ asked: randomFunnel(), groupBy: groups, time: fc.record({ timeZone, range }) })
    .map(({ asked: { fields, input }, groupBy, time }): Part => {
      const selection = `{ rows { ${groupBy.flatMap(labelFields).join(' ')} steps { ${fields.join(' ')} } } ${INFO} }`
      return { field: 'funnel', selection, input: { ...time, ...input, groupBy } }
    })
}

function pathsPart(anchor: Anchor): fc.Arbitrary<Part> {
  const { timeZone, range } = shared(anchor)
  return fc
    .record({ asked: randomPaths(), time: fc.record({ timeZone, range }) })
    .map(({ asked: { parts, input }, time }): Part => ({ field: 'paths', selection: `{ ${parts.join(' ')} }`, input: { ...time, ...input } }))
}

/** Of a saved segment, or of a definition that is not. */
function segmentSizePart(anchor: Anchor): fc.Arbitrary<Part> {
  const of = fc.oneof(
    fc.constantFrom(...worldSegments).map((segment): object => ({ segment })),
    randomSegments(anchor).map(([first]): object => ({ definition: first?.definition })),
  )
  return fc
    .tuple(of, fc.constantFrom('users', 'users knownUsers share', 'share'))
    .map(([input, fields]): Part => ({ field: 'segmentSize', selection: `{ ${fields} ${INFO} }`, input }))
}

const periodFields = [
  'from',
  'to',
  'payers',
  'purchases',
  'retentionInterval { low high level }',
  'i9: retentionInterval(level: 0.9) { low high }',
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
]

type AskedCohorts = { readonly groupBy: readonly RandomGroup[]; readonly fields: readonly string[]; readonly ofCosts: boolean }

function cohortsQuestion(anchor: Anchor, { groupBy, fields, ofCosts }: AskedCohorts): fc.Arbitrary<Part> {
  const entry = fc.oneof(
    fc.constantFrom({ kind: 'INSTALL' }, { kind: 'SIGN_UP' }, { kind: 'FIRST_EVENT' }),
    fc.record({ kind: fc.constant('FIRST_EVENT'), event: randomEventName }),
    fc.constant({ kind: 'SEGMENT', segment: worldSegments[1] }),
  )
  const grain = fc.constantFrom<TimeUnit>(...dayish, ...dayish, ...(ofCosts ? [] : (['HOUR'] as const)), 'QUARTER', 'YEAR')
  const numbers = `size ${ofCosts ? 'cost' : ''} periods { index ${fields.join(' ')} }`
  const rows = `rows { start ${groupBy.flatMap(labelFields).join(' ')} ${numbers} }`
  const unit = fc.constantFrom<TimeUnit>('DAY', 'DAY', ...dayish, ...dayish, 'HOUR', 'QUARTER', 'YEAR')
  // A filter on the entry leaves few of so few people.
  const where = fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: randomFilter(2, { ofCosts }) })
  const activity = fc.record({ event: randomEventName, where: randomFilter(1) }, { requiredKeys: [] })
  const { limit, ...times } = shared(anchor)
  const always = { entry, grain, periodUnit: unit }
  const kinds = {
    periodKind: fc.constantFrom('ROLLING', 'CALENDAR'),
    retention: fc.constantFrom('BOUNDED', 'UNBOUNDED'),
    denominator: fc.constantFrom('ALL', 'MATURE'),
  }
  const input = fc.record({ ...always, ...kinds, limit, activity, where }, { requiredKeys: ['entry', 'grain'] })
  const selection = fc.constantFrom(rows, rows, `${rows} mean { ${numbers} }`, `mean { ${numbers} }`)
  return fc.tuple(ofCosts ? wholeDays(anchor) : fc.record(times), input, randomPeriods, selection).map(([time, given, periods, parts]): Part => ({
    field: 'cohorts',
    selection: `{ ${parts} ${INFO} }`,
    input: { ...time, ...given, ...periods, groupBy },
  }))
}

/** A third in brackets, which may overlap, repeat and leave gaps. */
const randomPeriods = fc.integer({ min: 1, max: 8 }).chain((periods) => {
  const at = fc.integer({ min: 0, max: periods - 1 })
  const bracket = fc.tuple(at, at).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }))
  const brackets = fc.array(bracket, { minLength: 1, maxLength: 4 })
  return fc.oneof({ weight: 2, arbitrary: fc.constant({ periods }) }, { weight: 1, arbitrary: brackets.map((given) => ({ periods, brackets: given })) })
})

/** Those that a cohort's row shows. */
const cohortDimensions: ReadonlySet<Dimension> = new Set<Dimension>(['APP', 'PLATFORM', 'COUNTRY', 'CHANNEL', 'PARTNER', 'CAMPAIGN'])

type Groups = { readonly units: readonly TimeUnit[]; readonly among: readonly Dimension[]; readonly hasProperty: boolean }

function randomGroupBy({ units, among, hasProperty }: Groups): fc.Arbitrary<RandomGroup[]> {
  const aUnit = fc.constantFrom<RandomGroup | null>(null, ...units.map((unit): RandomGroup => ({ time: unit })))
  const time = fc.oneof({ weight: 1, arbitrary: fc.constant(null) }, { weight: 2, arbitrary: aUnit })
  const byDimension = fc.uniqueArray(fc.constantFrom(...among), { maxLength: 2 }).map((names) => names.map((name): RandomGroup => ({ dimension: name })))
  const property = fc.option(
    fc.constantFrom('level', 'plan', 'missing').map((name): RandomGroup => ({ property: name })),
    { nil: null, freq: 2 },
  )
  const parts = fc.tuple(
    time,
    byDimension,
    hasProperty ? fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: property }) : fc.constant(null),
    hasProperty ? randomSegmentGroups : fc.constant([]),
  )
  return parts.chain(([unit, names, name, segments]) => {
    const all = [...(unit === null ? [] : [unit]), ...names, ...(name === null ? [] : [name]), ...segments]
    return fc.shuffledSubarray(all, { minLength: all.length })
  })
}

function labelFields(by: RandomGroup): string[] {
  if ('time' in by) return ['time { start end isPartial }']
  if ('segment' in by) return [`s${worldSegments.indexOf(by.segment)}: segment(id: "${by.segment}")`]
  if ('property' in by) return [`property(name: ${JSON.stringify(by.property)})`]
  const { field } = DIMENSIONS[by.dimension]
  return [entityFields.has(field) ? `${field} { id }` : field]
}

const entityFields: ReadonlySet<string> = new Set(['app', 'partner', 'campaign', 'adGroup', 'creative'])
type Ordered = { readonly groupBy: readonly RandomGroup[]; readonly aliases: readonly string[]; readonly ofCosts: boolean }

function randomOrderBy({ groupBy, aliases, ofCosts }: Ordered): fc.Arbitrary<Record<string, string>> {
  const grouped = groupBy.flatMap((by) => ('dimension' in by ? [by.dimension] : []))
  const names = ofCosts ? [...plainMeasures, ...costMeasures, ...costMeasures] : plainMeasures
  const what: fc.Arbitrary<Record<string, string>>[] = [fc.constantFrom(...names).map((measure) => ({ measure }))]
  if (aliases.length > 0) what.push(fc.constantFrom(...aliases).map((alias) => ({ alias })))
  if (grouped.length > 0) what.push(fc.constantFrom(...grouped).map((dimension) => ({ dimension })))
  return fc
    .tuple(fc.oneof(...what), fc.constantFrom<Record<string, string>>({}, { direction: 'ASC' }, { direction: 'DESC' }))
    .map(([by, direction]) => ({ ...by, ...direction }))
}

const maybe = <Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> => fc.option(arbitrary, { nil: null, freq: 3 })
