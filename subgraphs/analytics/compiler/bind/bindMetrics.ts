import { nearestWords, type Issue } from '#ops/service/issues.ts'
import { dimensionNamed } from '../../model/dimensions.ts'
import { limits } from '../../model/limits.ts'
import { measureNamed, measures as allMeasures, needsCosts, partsOf, type Aggregate, type MeasureDefinition } from '../../model/measures.ts'
import type { BoundGroup, BoundMeasure, BoundMetrics, BoundOrder, Compare } from '../bound.ts'
import type { CompileContext } from '../compile.ts'
import { issue } from '../issues.ts'
import { measureKey } from '../measureKey.ts'
import type { MetricsRequest, OrderByInput, SelectedField } from '../request.ts'
import { bindCommon } from './bindCommon.ts'
import { bindCostDays, costIssue } from './costs.ts'
import { bindCounted } from './counted.ts'
import type { FilterBinder } from './filter.ts'
import { groupOfField, notGrouped } from './groups.ts'
import { hidesAny, maskedIssue, type Masks } from './masks.ts'
import { bindWindows, type ComparedTime } from './windows.ts'

export function bindMetrics(request: MetricsRequest, context: CompileContext): { readonly bound: BoundMetrics | null; readonly issues: readonly Issue[] } {
  const { input } = request
  const common = bindCommon(input, { context, allowsTime: true, maxRows: limits.rows })
  const names = new MeasureBinder({ ...common, masks: context.masks })
  for (const field of request.rows ?? []) names.select(field)
  for (const field of request.totals ?? []) names.select(field)
  const order = input.orderBy.slice(0, limits.orderings).flatMap((by, i) => names.order(by, { path: ['orderBy', i], rows: request.rows ?? [] }))
  if (input.orderBy.length > limits.orderings)
    names.issues.push(issue('TOO_MANY_ORDERINGS', ['orderBy'], { orderings: input.orderBy.length, maxOrderings: limits.orderings }))
  if (names.measures.size > limits.measures)
    names.issues.push(issue('TOO_MANY_MEASURES', ['rows'], { measures: names.measures.size, maxMeasures: limits.measures }))
  const { question } = common
  const costs = bindCostDays({
    input: input.range,
    range: question?.range ?? null,
    timeZone: question?.timeZone ?? null,
    zoneName: input.timeZone,
    groupBy: input.groupBy,
    filters: [{ filter: input.where, path: ['where'] }],
  })
  const costMeasure = names.costMeasure
  const costIssues = costMeasure === null ? [] : costs.obstacles.map((obstacle) => costIssue(obstacle, costMeasure))
  const compared =
    question === null
      ? { windows: [], issues: [] }
      : bindWindows(names.times, {
          input: input.range,
          range: question.range,
          timeZone: question.timeZone,
          zoneName: input.timeZone,
          unit: question.groups.find((group) => group.kind === 'time')?.unit ?? null,
          hasCosts: costs.days !== null,
        })
  const issues = [...common.issues, ...names.issues, ...costIssues, ...compared.issues, ...common.filters.allIssues()]
  if (issues.length > 0 || question === null) return { bound: null, issues }
  const wantsRows = request.rows !== null || request.asksTruncation
  return {
    bound: {
      kind: 'metrics',
      ...question,
      measures: [...names.measures.values()],
      masked: names.masked,
      windows: compared.windows,
      // Rows that are there for their costs alone would tell of them.
      costDays: context.masks.includes('cost') ? null : costs.days,
      order,
      wantsRows,
      wantsTotals: request.totals !== null,
    },
    issues,
  }
}

/** Gives selected and ordered names their meaning, and keeps each measure once however often it is named. */
class MeasureBinder {
  readonly issues: Issue[] = []
  readonly measures = new Map<string, BoundMeasure>()
  /** Keys of what is selected and not shown. */
  readonly masked = new Set<string>()
  readonly #groups: readonly BoundGroup[]
  readonly #filters: FilterBinder
  readonly #masks: Masks
  readonly #times = new Map<Compare, ComparedTime>()

  /** The first measure named that needs costs. */
  costMeasure: string | null = null

  /** What is compared with, in the order in which it was named. */
  get times(): readonly ComparedTime[] {
    return [...this.#times.values()]
  }

  constructor({ groups, filters, masks }: { readonly groups: readonly BoundGroup[]; readonly filters: FilterBinder; readonly masks: Masks }) {
    this.#groups = groups
    this.#filters = filters
    this.#masks = masks
  }

  select(field: SelectedField): void {
    if (field.name === 'cell') return this.#cell(field)
    const group = groupOfField(field, this.#groups, { isTime: true, masks: this.#masks })
    if (group !== null) {
      if ('issue' in group) this.issues.push(group.issue)
      return
    }
    this.#measureOf(field)
  }

  #cell({ args, path }: SelectedField): void {
    const counted = bindCounted(typeof args['of'] === 'string' ? args['of'] : null, this.#masks)
    if ('issue' in counted) this.issues.push({ ...counted.issue, path: [...path, ...counted.issue.path] })
  }

  order(by: OrderByInput, { path, rows }: { readonly path: readonly (string | number)[]; readonly rows: readonly SelectedField[] }): readonly BoundOrder[] {
    const given = (['measure', 'dimension', 'alias'] as const).filter((name) => by[name] !== null && by[name] !== undefined)
    if (given.length !== 1) {
      this.issues.push(issue('ORDER_BY_NOT_ONE', path, { members: given }))
      return []
    }
    if (typeof by.measure === 'string') return this.#orderByMeasure(by.measure, by, [...path, 'measure'])
    if (by.dimension) {
      const { field } = dimensionNamed(by.dimension)
      const index = this.#groups.findIndex((group) => group.kind === 'dimension' && group.field === field)
      const isMasked = this.#masks.includes(field)
      if (index >= 0 && !isMasked) return [{ kind: 'group', index, direction: by.direction }]
      this.issues.push(isMasked ? maskedIssue(field, [...path, 'dimension']) : notGrouped(field, this.#groups, [...path, 'dimension']))
      return []
    }
    return this.#orderByAlias(by.alias ?? '', by, { path: [...path, 'alias'], rows })
  }

  #orderByMeasure(name: string, { direction }: OrderByInput, path: readonly (string | number)[]): readonly BoundOrder[] {
    const definition = measureNamed(name)
    if (definition === null) {
      this.issues.push(
        issue('UNKNOWN_MEASURE', path, {
          name,
          didYouMean: nearestWords(
            name,
            allMeasures.map((measure) => measure.name),
          ),
        }),
      )
      return []
    }
    if (definition.kind === 'named') {
      this.issues.push(issue('MEASURE_NEEDS_ALIAS', path, { name }))
      return []
    }
    if (hidesAny(this.#masks, partsOf(definition))) {
      this.issues.push(maskedIssue(name, path))
      return []
    }
    const key = this.#add(definition, { path, event: null, compare: null })
    return [{ kind: 'measure', key, direction }]
  }

  #orderByAlias(
    alias: string,
    { direction }: OrderByInput,
    { path, rows }: { readonly path: readonly (string | number)[]; readonly rows: readonly SelectedField[] },
  ): readonly BoundOrder[] {
    const field = rows.find((each) => each.responseKey === alias)
    if (field === undefined) {
      this.issues.push(
        issue('UNKNOWN_ALIAS', path, {
          name: alias,
          didYouMean: nearestWords(
            alias,
            rows.map((each) => each.responseKey),
          ),
        }),
      )
      return []
    }
    const group = groupOfField(field, this.#groups, { isTime: true, masks: this.#masks })
    if (group !== null) return 'index' in group ? [{ kind: 'group', index: group.index, direction }] : []
    if (measureNamed(field.name) === null) {
      this.issues.push(issue('NOT_ORDERABLE', path, { name: alias }))
      return []
    }
    const key = measureKey(field.name, field.args)
    if (this.masked.has(key)) this.issues.push(maskedIssue(field.name, path))
    return this.measures.has(key) ? [{ kind: 'measure', key, direction }] : []
  }

  #measureOf(field: SelectedField): void {
    const definition = measureNamed(field.name)
    if (definition === null) {
      this.issues.push(issue('NOT_AVAILABLE', field.path, { what: `"${field.name}"` }))
      return
    }
    const event = typeof field.args['name'] === 'string' ? field.args['name'] : null
    if (definition.kind === 'named' && event === '') this.issues.push(issue('EVENT_NAME_EMPTY', [...field.path, 'name'], {}))
    const compare = compareOf(field.args['compare'])
    if (hidesAny(this.#masks, partsOf(definition))) this.masked.add(measureKey(field.name, { name: event, compare }))
    else this.#add(definition, { path: field.path, event, compare })
  }

  /** The key of the measure, which is computed from here on. */
  #add(definition: MeasureDefinition, { path, event, compare }: Arguments & { readonly path: readonly (string | number)[] }): string {
    const key = measureKey(definition.name, { name: event, compare })
    if (this.measures.has(key)) return key
    if (event !== null) this.#filters.eventName(event, [...path, 'name'])
    this.measures.set(key, boundMeasure(definition, { key, event, compare }))
    const measure = needsCosts(definition) ? definition.name : null
    this.costMeasure ??= measure
    if (compare !== null) this.#compare(compare, { path: [...path, 'compare'], measure })
    return key
  }

  #compare(compare: Compare, { path, measure }: { readonly path: readonly (string | number)[]; readonly measure: string | null }): void {
    const known = this.#times.get(compare) ?? { compare, path, costs: null }
    this.#times.set(compare, { ...known, costs: known.costs ?? (measure === null ? null : { path, measure }) })
  }
}

type Arguments = { readonly event: string | null; readonly compare: Compare | null }

const compares: readonly Compare[] = ['PREVIOUS_PERIOD', 'SAME_WEEKDAYS', 'PREVIOUS_YEAR']
const compareOf = (argument: unknown): Compare | null => compares.find((each) => each === argument) ?? null

function boundMeasure(definition: MeasureDefinition, { key, event, compare }: Arguments & { readonly key: string }): BoundMeasure {
  const { name } = definition
  switch (definition.kind) {
    case 'base':
      return { kind: 'base', key, name, compare, aggregate: definition.aggregate }
    case 'named':
      return { kind: 'base', key, name, compare, aggregate: definition.aggregateFor(event ?? '') }
    case 'ratio':
      return {
        kind: 'ratio',
        key,
        name,
        compare,
        numerator: aggregateOf(definition.numerator),
        less: definition.less === undefined ? null : aggregateOf(definition.less),
        denominator: aggregateOf(definition.denominator),
        times: definition.times ?? 1,
        as: definition.type === 'Float' ? 'float' : 'decimal',
      }
  }
}

function aggregateOf(name: string): Aggregate {
  const measure = measureNamed(name)
  if (measure?.kind !== 'base') throw new Error(`A ratio is made of base measures; ${name} is none.`)
  return measure.aggregate
}
