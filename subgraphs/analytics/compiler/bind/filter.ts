import type { Issue } from '#ops/service/issues.ts'
import { ALWAYS, COMPARISONS, all, any, column, not, type Condition, type TextOperand } from '../../model/condition.ts'
import { dimensions } from '../../model/dimensions.ts'
import { limits } from '../../model/limits.ts'
import { issue } from '../issues.ts'
import type { FilterInput, NumberFilterInput, TextFilterInput } from '../request.ts'
import { hidesProperty, maskedIssue, type Masks } from './masks.ts'
import type { BoundSegment } from '../../model/segment.ts'
import type { SegmentBinder } from './segments.ts'

type Path = readonly (string | number)[]
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const NIL_UUID = '00000000-0000-0000-0000-000000000000'

/** Collects what is wrong, and how large the filters of one question are together. */
export class FilterBinder {
  readonly #issues: Issue[] = []
  #conditions = 0
  #textBytes = 0
  #textPath: Path = []
  readonly #masks: Masks

  readonly #segments: SegmentBinder | null

  /** Without segments to name, as within the definition of one, naming one is an issue. */
  constructor(masks: Masks, segments: SegmentBinder | null = null) {
    this.#masks = masks
    this.#segments = segments
  }

  /** No filter, or one without members, holds for every row; `or` over nothing holds for none. */
  bind(filter: FilterInput | null | undefined, path: Path): Condition {
    return filter ? this.#filter(filter, path, 1) : ALWAYS
  }

  /** What is wrong, to be asked for when everything is bound: only then all texts are counted. */
  allIssues(): readonly Issue[] {
    if (this.#textBytes <= limits.textBytes) return this.#issues
    return [...this.#issues, issue('TOO_MUCH_TEXT', this.#textPath, { bytes: this.#textBytes, maxBytes: limits.textBytes })]
  }

  /**
   * The text counts against what a question may carry; names of events and properties do too. The path is said of the one that is too much. Half of
   * a surrogate pair has no UTF-8, and would be sent as U+FFFD, which stored texts may hold.
   */
  countText(text: string, path: Path): void {
    if (!text.isWellFormed() && this.#issues.at(-1)?.path !== path) this.#issues.push(issue('INVALID_TEXT', path, {}))
    if (this.#textBytes <= limits.textBytes) this.#textPath = path
    this.#textBytes += bytesInUrl(text)
  }

  report(found: Issue): void {
    this.#issues.push(found)
  }

  /** How many conditions were read. */
  get conditions(): number {
    return this.#conditions
  }

  /** Counts so many conditions as if they stood at the path. */
  takeConditions(conditions: number, path: Path): void {
    this.#conditions += conditions
    this.#checkRoom(path, 0)
  }

  /** Counts the texts that another has read as if they stood at the path. */
  takeTexts(other: FilterBinder, path: Path): void {
    if (this.#textBytes <= limits.textBytes) this.#textPath = path
    this.#textBytes += other.#textBytes
  }

  /** null when it cannot be named, which is an issue. */
  segment(id: string, path: Path): BoundSegment | null {
    if (this.#segments !== null) return this.#segments.bind(id, path, this)
    this.#issues.push(issue('SEGMENT_IN_SEGMENT', path, {}))
    return null
  }

  /** To name an event is to filter by `event`. */
  eventName(name: string, path: Path): void {
    this.countText(name, path)
    if (name.length > limits.eventNameLength) {
      this.#issues.push(issue('EVENT_NAME_TOO_LONG', path, { length: name.length, maxLength: limits.eventNameLength }))
    }
    if (this.#masks.includes('event')) this.#issues.push(maskedIssue('event', path))
  }

  propertyName(name: string, path: Path): TextOperand {
    this.countText(name, path)
    if (name === '') this.#issues.push(issue('PROPERTY_NAME_EMPTY', path, {}))
    if (name.length > limits.propertyNameLength) {
      this.#issues.push(issue('PROPERTY_NAME_TOO_LONG', path, { length: name.length, maxLength: limits.propertyNameLength }))
    }
    return { kind: 'property', name }
  }

  #filter(filter: FilterInput, path: Path, depth: number): Condition {
    if (!this.#hasRoom(path, depth)) return ALWAYS
    const parts: Condition[] = []
    if (filter.and) parts.push(all(...readable(filter.and).map((each, i) => this.#filter(each, [...path, 'and', i], depth + 1))))
    if (filter.or) parts.push(any(...readable(filter.or).map((each, i) => this.#filter(each, [...path, 'or', i], depth + 1))))
    if (filter.not) parts.push(not(this.#filter(filter.not, [...path, 'not'], depth + 1)))
    if (typeof filter.segment === 'string') {
      const segment = this.segment(filter.segment, [...path, 'segment'])
      if (segment !== null) parts.push({ kind: 'inSegment', segment })
    }
    for (const dimension of dimensions) {
      const text = filter[dimension.field]
      if (!text) continue
      const at = [...path, dimension.field]
      if (this.#masks.includes(dimension.field)) this.#issues.push(maskedIssue(dimension.field, at))
      parts.push(this.#text(text, column(dimension.column), at))
    }
    if (filter.property) {
      const at = [...path, 'property']
      const operand = this.propertyName(filter.property.name, [...at, 'name'])
      if (hidesProperty(this.#masks, filter.property.name)) this.#issues.push(maskedIssue(filter.property.name, at))
      if (filter.property.text) parts.push(this.#text(filter.property.text, operand, [...at, 'text']))
      if (filter.property.number) parts.push(this.#number(filter.property.number, filter.property.name, [...at, 'number']))
    }
    return all(...parts)
  }

  /** Counts one more condition. Said once; the rest of the filter is not read. */
  #hasRoom(path: Path, depth = 0): boolean {
    this.#conditions++
    return this.#checkRoom(path, depth)
  }

  #checkRoom(path: Path, depth: number): boolean {
    if (depth <= limits.filterDepth && this.#conditions <= limits.filterConditions) return true
    if (!this.#issues.some((each) => each.code === 'FILTER_TOO_LARGE')) {
      this.#issues.push(issue('FILTER_TOO_LARGE', path, { maxConditions: limits.filterConditions, maxDepth: limits.filterDepth }))
    }
    return false
  }

  #text(filter: TextFilterInput, operand: TextOperand, path: Path): Condition {
    const parts: Condition[] = []
    if (typeof filter.eq === 'string') parts.push(this.#oneOf(operand, [filter.eq], [...path, 'eq']))
    if (filter.in) parts.push(this.#oneOf(operand, filter.in, [...path, 'in']))
    if (filter.notIn) parts.push(not(this.#oneOf(operand, filter.notIn, [...path, 'notIn'])))
    if (typeof filter.contains === 'string') parts.push(this.#part({ kind: 'contains', operand, value: filter.contains }, [...path, 'contains']))
    if (typeof filter.startsWith === 'string') parts.push(this.#part({ kind: 'startsWith', operand, value: filter.startsWith }, [...path, 'startsWith']))
    if (typeof filter.isNull === 'boolean' && this.#hasRoom([...path, 'isNull'])) parts.push(filter.isNull ? isAbsent(operand) : not(isAbsent(operand)))
    return all(...parts)
  }

  #part({ kind, operand, value }: { readonly kind: 'contains' | 'startsWith'; readonly operand: TextOperand; readonly value: string }, path: Path): Condition {
    if (!this.#hasRoom(path)) return ALWAYS
    this.countText(value, path)
    return value === '' ? ALWAYS : { kind, operand, value }
  }

  #oneOf(operand: TextOperand, values: readonly string[], path: Path): Condition {
    if (!this.#hasRoom(path)) return ALWAYS
    if (values.length > limits.filterValues) this.#issues.push(issue('TOO_MANY_VALUES', path, { values: values.length, maxValues: limits.filterValues }))
    for (const value of values) this.countText(value, path)
    return oneOf(operand, values)
  }

  #number(filter: NumberFilterInput, property: string, path: Path): Condition {
    return all(
      ...COMPARISONS.flatMap(([member, operator]): Condition[] => {
        const value = filter[member]
        if (typeof value !== 'number' || !this.#hasRoom([...path, member])) return []
        if (!Number.isFinite(value)) this.#issues.push(issue('NOT_A_NUMBER', [...path, member], { value }))
        return [{ kind: 'number', property, operator, value }]
      }),
    )
  }
}

/** One more than can be taken is enough to see that they are too many. */
const readable = (filters: readonly FilterInput[]): readonly FilterInput[] => filters.slice(0, limits.filterConditions + 1)

/** What stands between two values of a list: %27%2C%27. */
const SEPARATOR_BYTES = 9

/** A text as it travels: escaped for ClickHouse, then for the URL, where a letter may take nine bytes. */
function bytesInUrl(text: string): number {
  return new URLSearchParams({ '': text.replaceAll(/[\\'\t\n\r]/g, '\\$&') }).toString().length + SEPARATOR_BYTES
}

const isAbsent = (operand: TextOperand): Condition => oneOf(operand, isApp(operand) ? [NIL_UUID] : [''])
const isApp = (operand: TextOperand): boolean => operand.kind === 'column' && operand.column === 'app_id'

/** The ids of apps are UUIDs, so another text is no app's id and equals none. */
export function oneOf(operand: TextOperand, values: readonly string[]): Condition {
  const possible = isApp(operand) ? values.map((value) => value.toLowerCase()).filter((value) => UUID.test(value)) : values
  return possible.length === 0 ? { kind: 'never' } : { kind: 'oneOf', operand, values: [...new Set(possible)] }
}
