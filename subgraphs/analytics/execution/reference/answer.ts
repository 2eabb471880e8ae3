import { Kind, parse } from 'graphql'
import { z } from 'zod'
import { answerAttribution, type ShownRow } from './attributionAnswer.ts'
import { referenceCohorts, type CohortMean, type CohortPeriod, type CohortRow } from './cohorts.ts'
import { readFields, withDefaults, type Field } from './document.ts'
import type { StoredCost } from '#db/clickhouse/storedCost.ts'
import { fromMicros, ratioToNumber } from './decimals.ts'
import { DIMENSIONS } from './filters.ts'
import { answerFunnel, type ShownFunnelRow } from './funnelAnswer.ts'
import type { Labels } from './groups.ts'
import { printValue, type Measure } from './measures.ts'
import { referenceMetrics, type MetricsRow } from './metrics.ts'
import { attributionQuestion, cohortsQuestion, dimensions, funnelQuestion, metricsQuestion, pathsQuestion, type Dimension } from './question.ts'
import type { Interval } from './scoreInterval.ts'
import { knownSegment, rowsKnown, withSegments, type KnownSegment, type ReferenceSegment } from './segments.ts'
import { answerPaths } from './paths.ts'
import type { World } from './world.ts'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
export type JsonObject = { readonly [key: string]: Json }

/** The answer, and for each root field whether rows may come in another order: the numbers of `ties`, row by row, before the limit. */
export type ReferenceAnswer = {
  readonly data: JsonObject
  readonly ties: Readonly<Record<string, readonly number[]>>
  /** Rows before the limit. */ readonly allRows: Readonly<Record<string, readonly Json[]>>
}

/**
 * Answers a GraphQL document of `metrics`, `cohorts`, `attribution`, `funnel` and `paths` fields over a world, in the response's shape. Throws on a field that the reference does
 * not know, such as the name of a campaign or the statement's SQL. `asOf` is `now` unless given.
 */
export function referenceAnswer(request: {
  world: World
  /** Default: none. */
  costs?: readonly StoredCost[]
  /** Those that the question may name. Default: none. */
  segments?: readonly ReferenceSegment[]
  tenantId: string
  query: string
  variables?: Readonly<Record<string, unknown>>
  now: Date
  asOf?: Date
}): ReferenceAnswer {
  const document = parse(request.query)
  const at: Asked = {
    ...request,
    variables: withDefaults(document, request.variables ?? {}),
    now: request.now.getTime(),
    asOf: (request.asOf ?? request.now).getTime(),
  }
  const fragments = new Map(document.definitions.flatMap((each) => (each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each] as const] : [])))
  const operation = document.definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION)
  if (operation === undefined) throw new Error('The document has no operation.')
  const roots = readFields(operation.selectionSet, fragments, at.variables).map((field) => [field.alias, answerRoot(field, at)] as const)
  return {
    data: Object.fromEntries(roots.map(([alias, root]) => [alias, root.data])),
    ties: Object.fromEntries(roots.map(([alias, root]) => [alias, root.ties])),
    allRows: Object.fromEntries(roots.map(([alias, root]) => [alias, root.allRows])),
  }
}

type Asked = {
  readonly world: World
  readonly costs?: readonly StoredCost[]
  readonly segments?: readonly ReferenceSegment[]
  readonly tenantId: string
  readonly variables: Readonly<Record<string, unknown>>
  readonly now: number
  readonly asOf: number
}
type Root = { readonly data: Json; readonly ties: readonly number[]; readonly allRows: readonly Json[] }

function answerRoot(field: Field, at: Asked): Root {
  if (field.name === 'metrics') return answerMetrics(field, at)
  if (field.name === 'cohorts') return answerCohorts(field, at)
  if (field.name === 'attribution') return attributionRoot(field, at)
  if (field.name === 'funnel') return funnelRoot(field, at)
  if (field.name === 'paths') return pathsRoot(field, at)
  if (field.name === 'segmentSize') return sizeRoot(field, at)
  throw new Error(`The reference does not answer ${field.name}.`)
}

function answerMetrics(root: Field, at: Asked): Root {
  const measuresOf = (part: string) => {
    const fields = root.fields.filter(({ name }) => name === part).flatMap((each) => each.fields)
    return Object.fromEntries(
      fields.filter(({ name }) => !isLabel(name) && name !== 'time' && name !== 'lifecycle' && name !== 'isOther').map((each) => [each.alias, measureOf(each)]),
    )
  }
  const answer = referenceMetrics({
    ...at,
    input: metricsQuestion.parse(inputOf(root, at)),
    selection: measuresOf('rows'),
    totals: measuresOf('totals'),
  })
  const show = (row: MetricsRow) => (fields: readonly Field[]) => showFields(fields, (each) => showMetricsField(each, row))
  const data = showFields(root.fields, (field) => {
    if (field.name === 'rows') return answer.rows.map((row) => show(row)(field.fields))
    if (field.name === 'totals') return show(answer.totals)(field.fields)
    const isApproximate = root.fields.some((part) => part.fields.some(({ args }) => args.approximate === true))
    return showInfo(field, { at, isTruncated: answer.isTruncated, isApproximate })
  })
  return { data, ties: answer.allRows.map((row) => row.tie), allRows: answer.allRows.map((row) => show(row)(fieldsOfRows(root))) }
}

function answerCohorts(root: Field, at: Asked): Root {
  const answer = referenceCohorts({ ...at, input: cohortsQuestion.parse(inputOf(root, at)) })
  const show = (row: CohortRow, fields: readonly Field[]) => showFields(fields, (each) => showCohortField(each, row))
  const data = showFields(root.fields, (field) => {
    if (field.name === 'rows') return answer.rows.map((row) => show(row, field.fields))
    if (field.name === 'mean') return showFields(field.fields, (each) => showMeanField(each, answer.mean))
    return showInfo(field, { at, isTruncated: answer.isTruncated })
  })
  return { data, ties: answer.allRows.map((_, i) => i), allRows: answer.allRows.map((row) => show(row, fieldsOfRows(root))) }
}

function attributionRoot(root: Field, at: Asked): Root {
  const answer = answerAttribution({ ...at, input: attributionQuestion.parse(inputOf(root, at)), orders: ordersOf(root) })
  const show = (row: ShownRow, fields: readonly Field[]) =>
    showFields(fields, (each) => (isLabel(each.name) ? showLabel(each, row.labels) : row.measure(each.name, each.args)))
  const data = showFields(root.fields, (field) => {
    if (field.name === 'rows') return answer.rows.map((row) => show(row, field.fields))
    if (field.name === 'totals') return show(answer.totals, field.fields)
    return showInfo(field, { at, isTruncated: answer.isTruncated })
  })
  return { data, ties: answer.allRows.map((_, i) => i), allRows: answer.allRows.map((row) => show(row, fieldsOfRows(root))) }
}

function funnelRoot(root: Field, at: Asked): Root {
  const answer = answerFunnel({ ...at, input: funnelQuestion.parse(inputOf(root, at)) })
  const show = (row: ShownFunnelRow, fields: readonly Field[]) => showFields(fields, (each) => showFunnelField(each, row))
  const data = showFields(root.fields, (field) => {
    if (field.name === 'rows') return answer.rows.map((row) => show(row, field.fields))
    return showInfo(field, { at, isTruncated: answer.isTruncated })
  })
  return { data, ties: answer.allRows.map((_, i) => i), allRows: answer.allRows.map((row) => show(row, fieldsOfRows(root))) }
}

/** Their order is told in full, so they are compared as they come. */
function pathsRoot(root: Field, at: Asked): Root {
  const answer = answerPaths({ ...at, input: pathsQuestion.parse(inputOf(root, at)) })
  const show = (value: Readonly<Record<string, Json>>, fields: readonly Field[]) =>
    showFields(fields, ({ name }) => {
      const shown = value[name]
      if (shown === undefined) throw unknownField(name)
      return shown
    })
  const data = showFields(root.fields, (field) => {
    if (field.name === 'paths') return answer.paths.map((path) => show(path, field.fields))
    if (field.name === 'totals') return show(answer.totals, field.fields)
    if (field.name !== 'graph') return showInfo(field, { at, isTruncated: answer.isTruncated })
    return showFields(field.fields, ({ name, fields }) => {
      if (name === 'nodes' || name === 'links') return answer.graph[name].map((each) => show(each, fields))
      if (name === 'isTruncated') return answer.graph.isTruncated
      throw unknownField(name)
    })
  })
  return { data, ties: [], allRows: [] }
}

/** How many of the users that are known at the evaluation time are members. */
function sizeRoot(root: Field, at: Asked): Root {
  const of = z.object({ segment: z.string().optional(), definition: z.unknown().optional() }).parse(root.args.of)
  const { members, frozenAt } =
    of.segment === undefined ? knownSegment({ id: '', name: '', definition: of.definition, frozenAt: null }, at) : segmentOf(at)(of.segment)
  const known = new Set(rowsKnown(at.world, { tenantId: at.tenantId, at: frozenAt ?? at.now, isFrozen: frozenAt !== null }).map((row) => row.user_id)).size
  const data = showFields(root.fields, (field) => {
    if (field.name === 'users') return String(members.size)
    if (field.name === 'knownUsers') return String(known)
    if (field.name === 'share') return known === 0 ? null : members.size / known
    return showInfo(field, { at, isTruncated: false })
  })
  return { data, ties: [], allRows: [] }
}

/** The question's input with each segment in the place of its id. */
const inputOf = (root: Field, at: Asked): unknown => withSegments(root.args.input, segmentOf(at))

function segmentOf(at: Asked): (id: string) => KnownSegment {
  return (id) => {
    const segment = (at.segments ?? []).find((each) => each.id === id)
    if (segment === undefined) throw new Error(`There is no segment ${id}.`)
    return knownSegment(segment, at)
  }
}

/** The orders of MARKOV that are asked for anywhere. */
const ordersOf = ({ fields }: Field): readonly number[] =>
  fields.flatMap((part) => part.fields.flatMap(({ args }) => (args.model === 'MARKOV' ? [typeof args.order === 'number' ? args.order : 1] : [])))

const fieldsOfRows = (root: Field): readonly Field[] => root.fields.find(({ name }) => name === 'rows')?.fields ?? []

function showMetricsField(field: Field, row: MetricsRow): Json {
  if (isLabel(field.name)) return showLabel(field, row.labels)
  if (field.name === 'isOther') return row.isOther
  if (field.name === 'lifecycle') {
    const lifecycle = row.lifecycle()
    return lifecycle === null ? null : showFields(field.fields, ({ name }) => String(lifecycle[name]))
  }
  if (field.name !== 'time') {
    const value = row.measures[field.alias]
    if (value === undefined) throw new Error(`Nothing was measured as ${field.alias}.`)
    return printValue(value)
  }
  return showTime(field, row.time)
}

function showTime(field: Field, time: MetricsRow['time']): Json {
  if (time === null) return null
  return showFields(field.fields, ({ name }) => {
    if (name === 'start') return isoTime(time.start)
    if (name === 'end') return isoTime(time.end)
    if (name === 'isPartial') return time.isPartial
    throw unknownField(name)
  })
}

function showFunnelField(field: Field, row: ShownFunnelRow): Json {
  if (isLabel(field.name)) return showLabel(field, row.labels)
  if (field.name === 'time') return showTime(field, row.time)
  if (field.name === 'steps') return row.steps.map((step) => showFields(field.fields, ({ name }) => step(name)))
  throw unknownField(field.name)
}

function showCohortField(field: Field, row: CohortRow): Json {
  if (isLabel(field.name)) return showLabel(field, row.labels)
  if (field.name === 'start') return isoTime(row.start)
  return showMeanField(field, row)
}

/** What a cohort and all of them as one have both. */
function showMeanField(field: Field, mean: CohortMean): Json {
  if (field.name === 'size') return String(mean.size)
  if (field.name === 'cost') return fromMicros(mean.cost)
  if (field.name === 'periods') return mean.periods.map((period) => showFields(field.fields, (each) => showPeriodField(each, period)))
  throw unknownField(field.name)
}

function showPeriodField({ name, args, fields }: Field, period: CohortPeriod): Json {
  switch (name) {
    case 'index':
    case 'from':
    case 'to':
    case 'retention':
    case 'isPartial':
      return period[name]
    case 'users':
    case 'matureUsers':
    case 'payers':
    case 'purchases':
      return String(period[name])
    case 'retentionInterval': {
      const interval = period.retentionInterval(Number(args.level ?? 0.95))
      return interval === null ? null : showFields(fields, (each) => showIntervalField(each, interval))
    }
    case 'events':
      return String(period.events(typeof args.name === 'string' ? args.name : null))
    case 'roas':
      return period.roas === null ? null : ratioToNumber(period.roas)
    case 'revenue':
    case 'cumulativeRevenue':
    case 'arpu':
    case 'ltv': {
      const micros = period[name]
      return micros === null ? null : fromMicros(micros)
    }
    default:
      throw unknownField(name)
  }
}

function showIntervalField({ name }: Field, interval: Interval): Json {
  if (name === 'low' || name === 'high' || name === 'level') return interval[name]
  if (name === 'resamples') return null
  throw unknownField(name)
}

/** Only what does not depend on how the question was run. */
function showInfo(root: Field, { at, isTruncated, isApproximate = false }: { at: Asked; isTruncated: boolean; isApproximate?: boolean }): Json {
  if (root.name !== 'info') throw unknownField(root.name)
  return showFields(root.fields, ({ name }) => {
    if (name === 'asOf') return isoTime(at.asOf)
    if (name === 'isTruncated') return isTruncated
    if (name === 'isApproximate') return isApproximate
    throw unknownField(name)
  })
}

const dimensionByField = new Map<string, Dimension>(dimensions.map((dimension) => [DIMENSIONS[dimension].field, dimension]))
const ENTITIES: ReadonlySet<string> = new Set(['app', 'partner', 'campaign', 'adGroup', 'creative'])

const isLabel = (name: string): boolean => name === 'property' || name === 'segment' || dimensionByField.has(name)

/** The value of a dimension; an entity shows its id, and is null as a whole when there is none. */
function showLabel(field: Field, labels: Labels): Json {
  if (field.name === 'segment') {
    const value = labels.segments.get(String(field.args.id)) ?? null
    return value === null ? null : value === '1'
  }
  if (field.name === 'property') return labels.properties.get(String(field.args.name)) ?? null
  const dimension = dimensionByField.get(field.name)
  const value = (dimension === undefined ? null : labels.dimensions.get(dimension)) ?? null
  if (value === null || !ENTITIES.has(field.name)) return value
  return showFields(field.fields, ({ name }) => {
    if (name === 'id') return value
    throw unknownField(name)
  })
}

const measureOf = ({ name, args }: Field): Measure => ({
  name,
  ...(typeof args.name === 'string' ? { event: args.name } : {}),
  ...(typeof args.event === 'string' ? { event: args.event } : {}),
  ...(typeof args.property === 'string' ? { property: args.property } : {}),
  ...(typeof args.as === 'string' ? { as: args.as } : {}),
  ...(typeof args.level === 'number' ? { level: args.level } : {}),
  ...(typeof args.days === 'number' ? { days: args.days } : {}),
  ...(typeof args.of === 'string' ? { of: args.of } : {}),
  compare: (['PREVIOUS_PERIOD', 'SAME_WEEKDAYS', 'PREVIOUS_YEAR'] as const).find((each) => each === args.compare) ?? null,
})

const showFields = (fields: readonly Field[], show: (field: Field) => Json): JsonObject => Object.fromEntries(fields.map((field) => [field.alias, show(field)]))

const isoTime = (instant: number): string => new Date(instant).toISOString()

const unknownField = (name: string): Error => new Error(`The reference does not know the field ${name}.`)
