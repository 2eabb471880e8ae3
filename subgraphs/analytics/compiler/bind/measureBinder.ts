import { nearestWords, type Issue } from '#ops/service/issues.ts'
import { dimensionNamed } from '../../model/dimensions.ts'
import { limits } from '../../model/limits.ts'
import {
  canBeApproximate,
  isAdditive,
  measureNamed,
  measures as allMeasures,
  needsArguments,
  needsCosts,
  partsOf,
  type LifecyclePart,
  type MeasureDefinition,
} from '../../model/measures.ts'
import { lifecycleParts } from '../../model/measureDefinition.ts'
import type { BoundGroup, BoundMeasure, BoundMetrics, BoundOrder, Compare } from '../bound.ts'
import { issue } from '../issues.ts'
import { lifecycleKey, measureKey } from '../measureKey.ts'
import type { OrderByInput, SelectedField, TopInput } from '../request.ts'
import { boundMeasure, defaultArguments, readArguments, type MeasureArguments } from './boundMeasure.ts'
import { bindCounted } from './counted.ts'
import type { FilterBinder } from './filter.ts'
import { groupOfField, notGrouped } from './groups.ts'
import { hidesAny, hidesProperty, maskedIssue, type Masks } from './masks.ts'
import type { ComparedTime } from './windows.ts'

/** Gives selected and ordered names their meaning, and keeps each measure once however often it is named. */
export class MeasureBinder {
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
  /** Whether any of them is an estimate. */
  isApproximate = false

  /** What is compared with, in the order in which it was named. */
  get times(): readonly ComparedTime[] {
    return [...this.#times.values()]
  }

  constructor({ groups, filters, masks }: { readonly groups: readonly BoundGroup[]; readonly filters: FilterBinder; readonly masks: Masks }) {
    this.#groups = groups
    this.#filters = filters
    this.#masks = masks
  }

  select(field: SelectedField, { isTotals = false }: { readonly isTotals?: boolean } = {}): void {
    if (field.name === 'isOther') return
    if (field.name === 'cell') return this.#cell(field)
    const group = groupOfField(field, this.#groups, { isTime: true, masks: this.#masks })
    if (group !== null) {
      if ('issue' in group) this.issues.push(group.issue)
      return
    }
    this.#measureOf(field, { isTotals })
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
    const definition = this.#known(name, path)
    if (definition === null) return []
    if (!isPlain(definition) || needsArguments(definition)) {
      this.issues.push(issue('MEASURE_NEEDS_ALIAS', path, { name }))
      return []
    }
    if (hidesAny(this.#masks, partsOf(definition))) {
      this.issues.push(maskedIssue(name, path))
      return []
    }
    const key = this.#add(definition, { path, args: defaultArguments(definition) })
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
    const definition = measureNamed(field.name)
    if (definition === null || definition.kind === 'lifecycle') {
      this.issues.push(issue('NOT_ORDERABLE', path, { name: alias }))
      return []
    }
    const key = measureKey(field.name, field.args)
    if (this.masked.has(key)) this.issues.push(maskedIssue(field.name, path))
    return this.measures.has(key) ? [{ kind: 'measure', key, direction }] : []
  }

  #measureOf(field: SelectedField, { isTotals }: { readonly isTotals: boolean }): void {
    const definition = measureNamed(field.name)
    if (definition === null) {
      this.issues.push(issue('NOT_AVAILABLE', field.path, { what: `"${field.name}"` }))
      return
    }
    if (definition.kind === 'lifecycle') this.#lifecycleOf(field, { definition, isTotals })
    else if (this.#hides(definition, field.args)) this.masked.add(measureKey(field.name, field.args))
    else if (definition.kind === 'share' || definition.kind === 'running') this.#addTold(definition, { path: field.path, args: field.args })
    else this.#add(definition, { path: field.path, args: field.args })
  }

  #hides(definition: MeasureDefinition, { property, of }: Readonly<Record<string, unknown>>): boolean {
    const told = typeof of === 'string' ? measureNamed(of) : null
    if (told !== null && hidesAny(this.#masks, partsOf(told))) return true
    return hidesAny(this.#masks, partsOf(definition)) || (typeof property === 'string' && hidesProperty(this.#masks, property))
  }

  /** The key of the measure, which is computed from here on. */
  #add(definition: PlainMeasure, { path, args: given }: Named): string {
    const key = measureKey(definition.name, given)
    if (this.measures.has(key)) return key
    const args = readArguments(given)
    this.#check(definition, { path, args, given })
    this.measures.set(key, boundMeasure(definition, { ...args, key }))
    if (args.isApproximate && canBeApproximate(definition)) this.isApproximate = true
    const measure = needsCosts(definition) ? definition.name : null
    this.costMeasure ??= measure
    if (args.compare !== null) this.#compare(args.compare, { path: [...path, 'compare'], measure })
    return key
  }

  /** A measure that is told of another one, which is computed with it. */
  #addTold(definition: MeasureDefinition & { readonly kind: 'share' | 'running' }, { path, args }: Named): void {
    const key = measureKey(definition.name, args)
    if (this.measures.has(key)) return
    const at = [...path, 'of']
    const told = this.#plain(String(args['of']), at)
    if (told === null) return
    const { compare } = readArguments(args)
    const of = this.#add(told, { path, args: { ...defaultArguments(told), compare } })
    this.measures.set(key, { kind: definition.kind, key, name: definition.name, compare, of })
    if (definition.kind === 'share') return
    if (!isAdditive(told)) this.issues.push(issue('MEASURE_NOT_ADDITIVE', at, { name: told.name }))
    if (this.#unit === null) this.issues.push(issue('MEASURE_NEEDS_TIME', path, { name: definition.name }))
  }

  /** The measure that groups are ranked by; null with an issue. */
  top({ count, by, direction }: TopInput): BoundMetrics['top'] {
    if (!this.#groups.some((group) => group.kind !== 'time')) this.issues.push(issue('TOP_NEEDS_GROUP', ['top'], {}))
    if (count < 1 || count > limits.topGroups) this.issues.push(issue('TOP_OUT_OF_BOUNDS', ['top', 'count'], { count, maxCount: limits.topGroups }))
    if ([...this.measures.values()].some(({ name }) => name === 'lifecycle'))
      this.issues.push(issue('NOT_AVAILABLE', ['top'], { what: 'The lifecycle of Other' }))
    const path = ['top', 'by']
    const definition = this.#plain(by, path)
    if (definition === null) return null
    if (hidesAny(this.#masks, partsOf(definition))) {
      this.issues.push(maskedIssue(by, path))
      return null
    }
    return { count, key: this.#add(definition, { path, args: defaultArguments(definition) }), direction }
  }

  /** A measure that its name alone stands for. */
  #plain(name: string, path: Named['path']): PlainMeasure | null {
    const definition = this.#known(name, path)
    if (definition === null) return null
    if (!needsArguments(definition) && isPlain(definition)) return definition
    this.issues.push(issue('MEASURE_HAS_ARGUMENTS', path, { name }))
    return null
  }

  #known(name: string, path: Named['path']): MeasureDefinition | null {
    const definition = measureNamed(name)
    if (definition !== null) return definition
    const names = allMeasures.map((measure) => measure.name)
    this.issues.push(issue('UNKNOWN_MEASURE', path, { name, didYouMean: nearestWords(name, names) }))
    return null
  }

  /** What the arguments may not be. */
  #check(definition: MeasureDefinition, { path, args, given }: Named & { readonly args: MeasureArguments; readonly given: Named['args'] }): void {
    const { event, property, level, days } = args
    if (event !== null) {
      const at = [...path, 'name' in given ? 'name' : 'event']
      if (event === '') this.issues.push(issue('EVENT_NAME_EMPTY', at, {}))
      this.#filters.eventName(event, at)
    }
    if (definition.kind === 'number' || definition.kind === 'value') this.#filters.propertyName(property, [...path, 'property'])
    if (definition.kind === 'number' && !(level >= 0 && level <= 1)) this.issues.push(issue('LEVEL_OUT_OF_BOUNDS', [...path, 'level'], { level }))
    if (definition.kind !== 'over' && definition.kind !== 'stickiness') return
    if (days < 1 || days > limits.overDays) this.issues.push(issue('DAYS_OUT_OF_BOUNDS', [...path, 'days'], { days, maxDays: limits.overDays }))
    this.#needsDays(definition.name, path)
  }

  #needsDays(name: string, path: Named['path']): void {
    if (this.#unit === 'HOUR') this.issues.push(issue('TIME_TOO_FINE', path, { name, unit: this.#unit }))
  }

  /** Each part that is selected is a number of its own; in totals there is none. */
  #lifecycleOf(field: SelectedField, { definition, isTotals }: { readonly definition: MeasureDefinition; readonly isTotals: boolean }): void {
    const parts = lifecycleParts.filter((part) => field.fields.some((each) => each.name === part))
    if (hidesAny(this.#masks, partsOf(definition))) {
      this.masked.add(definition.name)
      return
    }
    if (isTotals) return
    if (this.#unit === null) this.issues.push(issue('MEASURE_NEEDS_TIME', field.path, { name: definition.name }))
    this.#needsDays(definition.name, field.path)
    for (const part of parts) this.#addPart(part)
  }

  #addPart(part: LifecyclePart): void {
    const key = lifecycleKey(part)
    this.measures.set(key, { kind: 'base', key, name: 'lifecycle', compare: null, aggregate: { kind: 'lifecycle', part } })
  }

  get #unit() {
    return this.#groups.find((group) => group.kind === 'time')?.unit ?? null
  }

  #compare(compare: Compare, { path, measure }: { readonly path: readonly (string | number)[]; readonly measure: string | null }): void {
    const known = this.#times.get(compare) ?? { compare, path, costs: null }
    this.#times.set(compare, { ...known, costs: known.costs ?? (measure === null ? null : { path, measure }) })
  }
}

type Named = { readonly path: readonly (string | number)[]; readonly args: Readonly<Record<string, unknown>> }
type PlainMeasure = Exclude<MeasureDefinition, { kind: 'lifecycle' | 'share' | 'running' }>
const isPlain = (definition: MeasureDefinition): definition is PlainMeasure =>
  definition.kind !== 'lifecycle' && definition.kind !== 'share' && definition.kind !== 'running'
