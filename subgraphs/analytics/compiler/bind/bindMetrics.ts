import { nearestWords, type Issue } from '#ops/service/issues.ts'
import { dimensionNamed } from '../../model/dimensions.ts'
import { limits } from '../../model/limits.ts'
import { availableMeasures, measureNamed, measures as allMeasures, type Aggregate, type MeasureDefinition } from '../../model/measures.ts'
import type { BoundGroup, BoundMeasure, BoundMetrics, BoundOrder } from '../bound.ts'
import type { CompileContext } from '../compile.ts'
import { issue } from '../issues.ts'
import { measureKey } from '../measureKey.ts'
import type { MetricsRequest, OrderByInput, SelectedField } from '../request.ts'
import { bindCommon } from './bindCommon.ts'
import type { FilterBinder } from './filter.ts'
import { groupOfField, notGrouped } from './groups.ts'

export function bindMetrics(request: MetricsRequest, context: CompileContext): { readonly bound: BoundMetrics | null; readonly issues: readonly Issue[] } {
  const { input } = request
  const common = bindCommon(input, { context, allowsTime: true, maxRows: limits.rows })
  const names = new MeasureBinder(common)
  for (const field of request.rows ?? []) names.select(field)
  for (const field of request.totals ?? []) names.select(field)
  const order = input.orderBy.slice(0, limits.orderings).flatMap((by, i) => names.order(by, { path: ['orderBy', i], rows: request.rows ?? [] }))
  if (input.orderBy.length > limits.orderings)
    names.issues.push(issue('TOO_MANY_ORDERINGS', ['orderBy'], { orderings: input.orderBy.length, maxOrderings: limits.orderings }))
  if (names.measures.size > limits.measures)
    names.issues.push(issue('TOO_MANY_MEASURES', ['rows'], { measures: names.measures.size, maxMeasures: limits.measures }))
  const issues = [...common.issues, ...names.issues, ...common.filters.allIssues()]
  if (issues.length > 0 || common.question === null) return { bound: null, issues }
  const wantsRows = request.rows !== null || request.asksTruncation
  return {
    bound: { kind: 'metrics', ...common.question, measures: [...names.measures.values()], order, wantsRows, wantsTotals: request.totals !== null },
    issues,
  }
}

/** Gives selected and ordered names their meaning, and keeps each measure once however often it is named. */
class MeasureBinder {
  readonly issues: Issue[] = []
  readonly measures = new Map<string, BoundMeasure>()
  readonly #groups: readonly BoundGroup[]
  readonly #filters: FilterBinder

  constructor({ groups, filters }: { readonly groups: readonly BoundGroup[]; readonly filters: FilterBinder }) {
    this.#groups = groups
    this.#filters = filters
  }

  select(field: SelectedField): void {
    const group = groupOfField(field, this.#groups, { isTime: true })
    if (group !== null) {
      if ('issue' in group) this.issues.push(group.issue)
      return
    }
    this.#measureOf(field)
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
      if (index >= 0) return [{ kind: 'group', index, direction: by.direction }]
      this.issues.push(notGrouped(field, this.#groups, [...path, 'dimension']))
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
    const key = this.#add(definition, { path, event: null })
    return key === null ? [] : [{ kind: 'measure', key, direction }]
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
    const group = groupOfField(field, this.#groups, { isTime: true })
    if (group !== null) return 'index' in group ? [{ kind: 'group', index: group.index, direction }] : []
    if (measureNamed(field.name) === null) {
      this.issues.push(issue('NOT_ORDERABLE', path, { name: alias }))
      return []
    }
    const key = measureKey(field.name, field.args)
    return this.measures.has(key) ? [{ kind: 'measure', key, direction }] : []
  }

  #measureOf(field: SelectedField): void {
    const definition = measureNamed(field.name)
    if (definition === null) {
      this.issues.push(issue('NOT_AVAILABLE', field.path, { what: `"${field.name}"` }))
      return
    }
    if (field.args['compare'] !== null && field.args['compare'] !== undefined)
      this.issues.push(issue('NOT_AVAILABLE', [...field.path, 'compare'], { what: 'Comparing with another period' }))
    const event = typeof field.args['name'] === 'string' ? field.args['name'] : null
    if (definition.kind === 'named' && event === '') this.issues.push(issue('EVENT_NAME_EMPTY', [...field.path, 'name'], {}))
    this.#add(definition, { path: field.path, event })
  }

  /** The key of the measure, which is computed from here on; null with an issue when it is not built yet. */
  #add(definition: MeasureDefinition, { path, event }: { readonly path: readonly (string | number)[]; readonly event: string | null }): string | null {
    if (definition.kind === 'planned') {
      this.issues.push(issue('NOT_AVAILABLE', path, { what: `The measure "${definition.name}"` }))
      return null
    }
    const key = measureKey(definition.name, { name: event })
    if (this.measures.has(key)) return key
    if (event !== null) this.#filters.countText(event, [...path, 'name'])
    this.measures.set(key, boundMeasure(definition, { key, event }))
    return key
  }
}

function boundMeasure(
  definition: Exclude<MeasureDefinition, { kind: 'planned' }>,
  { key, event }: { readonly key: string; readonly event: string | null },
): BoundMeasure {
  switch (definition.kind) {
    case 'base':
      return { kind: 'base', key, name: definition.name, aggregate: definition.aggregate }
    case 'named':
      return { kind: 'base', key, name: definition.name, aggregate: definition.aggregateFor(event ?? '') }
    case 'ratio':
      return { kind: 'ratio', key, name: definition.name, numerator: aggregateOf(definition.numerator), denominator: aggregateOf(definition.denominator) }
  }
}

function aggregateOf(name: string): Aggregate {
  const measure = availableMeasures.find((each) => each.name === name)
  if (measure?.kind !== 'base') throw new Error(`A ratio is made of base measures; ${name} is none.`)
  return measure.aggregate
}
