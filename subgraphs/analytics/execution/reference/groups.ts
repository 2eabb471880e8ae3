import type { StoredCost } from '#db/clickhouse/storedCost.ts'
import type { StoredEvent } from '#db/clickhouse/storedEvent.ts'
import { columnOf, DIMENSIONS, propertyOf } from './filters.ts'
import type { Dimension, GroupBy } from './question.ts'

/** What a row of the answer stands for: the value of each dimension and property that the question groups by; null is absent. */
export type Labels = {
  readonly dimensions: ReadonlyMap<Dimension, string | null>
  readonly properties: ReadonlyMap<string, string | null>
  /** By id, 1 for members and 0 for others; null where there is no user to ask for. */
  readonly segments: ReadonlyMap<string, string | null>
}

export const NO_LABELS: Labels = { dimensions: new Map(), properties: new Map(), segments: new Map() }

/** The labels of the group that a stored row falls in; time is not a label. */
export function labelsOf(row: StoredEvent | StoredCost, groupBy: readonly GroupBy[]): Labels {
  const dimensions = new Map<Dimension, string | null>()
  const properties = new Map<string, string | null>()
  const segments = new Map<string, string | null>()
  for (const by of groupBy) {
    if ('segment' in by) segments.set(by.segment.id, 'user_id' in row && by.segment.members.has(row.user_id) ? '1' : '0')
    if ('dimension' in by) dimensions.set(by.dimension, orNull(columnOf(row, DIMENSIONS[by.dimension].column)))
    if ('property' in by && 'properties' in row) properties.set(by.property, orNull(propertyOf(row, by.property)))
  }
  return { dimensions, properties, segments }
}

/** Puts items with the same key in one list; keys come in the order of their first item. */
export function groupBy<Item>(items: Iterable<Item>, keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return groups
}

export const labelsKey = (labels: Labels): string => JSON.stringify([[...labels.dimensions], [...labels.properties], [...labels.segments]])

/** The label of one group; time has none. */
export function labelOf(labels: Labels, by: GroupBy): string | null {
  if ('time' in by) return null
  if ('dimension' in by) return labels.dimensions.get(by.dimension) ?? null
  return ('property' in by ? labels.properties.get(by.property) : labels.segments.get(by.segment.id)) ?? null
}

/** Text by its UTF-8 bytes; absent values after all others, in both directions. */
export function compareTexts(a: string | null, b: string | null, direction: 'ASC' | 'DESC'): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null)
  return Buffer.compare(Buffer.from(a), Buffer.from(b)) * (direction === 'ASC' ? 1 : -1)
}

/** Numbers by their size; null after all others, in both directions. */
export function compareAmounts(a: bigint | null, b: bigint | null, direction: 'ASC' | 'DESC'): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null)
  if (a === b) return 0
  return (a < b ? -1 : 1) * (direction === 'ASC' ? 1 : -1)
}

const orNull = (text: string): string | null => (text === '' ? null : text)
