import type { LogCondition, LogTextColumn } from '#db/conversions/logFilter.ts'
import { isUuid } from '#db/uuid.ts'
import type { Identity } from '#ops/security/identity.ts'
import type { FilterDimension } from '#ops/security/permissions.ts'
import { failure } from '#ops/service/errors.ts'
import type { Issue } from '#ops/service/issues.ts'
import { issue } from '../compiler/issues.ts'
import type { NumberFilterInput, TextFilterInput } from '../compiler/request.ts'
import { COMPARISONS } from '../model/condition.ts'
import { limits } from '../model/limits.ts'

/** The argument `where`, as the schema has read it. */
export type ConversionFilterInput = {
  readonly event?: TextFilterInput | null
  readonly app?: TextFilterInput | null
  readonly campaign?: TextFilterInput | null
  readonly partner?: TextFilterInput | null
  readonly country?: TextFilterInput | null
  readonly revenue?: NumberFilterInput | null
}

/** Everything an entry must be for this asker and question, and what is wrong with the question. */
export type BoundFilter = { readonly conditions: readonly LogCondition[]; readonly issues: readonly Issue[] }

type Column = LogTextColumn | 'app_id'
const COLUMN_OF_MEMBER = { event: 'event', app: 'app_id', campaign: 'campaign_id', partner: 'partner_id', country: 'country' } as const
const COLUMN_OF_DIMENSION: Readonly<Record<FilterDimension, Column>> = {
  partner: 'partner_id',
  campaign: 'campaign_id',
  app: 'app_id',
  channel: 'channel',
  country: 'country',
  platform: 'platform',
}

/** The key's own filters hold always, whatever is asked. Throws FORBIDDEN for a question about what the asker sees as null. */
export function bindFilter(where: ConversionFilterInput | null | undefined, { filters, masks }: Pick<Identity, 'filters' | 'masks'>): BoundFilter {
  // wall: stream-filters
  const own = filters.map((filter): LogCondition => oneOf(COLUMN_OF_DIMENSION[filter.dimension], filter.in, 'oneOf'))
  if (!where) return { conditions: own, issues: [] }
  const masked = [...Object.keys(COLUMN_OF_MEMBER), 'revenue'].find(
    (member) => masks.includes(member) && Object.entries(where).some(([name, value]) => name === member && value),
  )
  if (masked !== undefined) throw failure('FORBIDDEN', { message: `This key does not see "${masked}", so it cannot filter by it.` })
  const issues: Issue[] = []
  const asked = (['event', 'app', 'campaign', 'partner', 'country'] as const).flatMap((member) => {
    const filter = where[member]
    if (!filter) return []
    for (const list of ['in', 'notIn'] as const) {
      const values = filter[list]?.length ?? 0
      if (values > limits.filterValues) issues.push(issue('TOO_MANY_VALUES', ['where', member, list], { values, maxValues: limits.filterValues }))
    }
    return bindText(filter, COLUMN_OF_MEMBER[member])
  })
  return { conditions: [...own, ...asked, ...bindRevenue(where.revenue)], issues }
}

function bindText(filter: TextFilterInput, column: Column): readonly LogCondition[] {
  const conditions: LogCondition[] = []
  if (typeof filter.eq === 'string') conditions.push(oneOf(column, [filter.eq], 'oneOf'))
  if (filter.in) conditions.push(oneOf(column, filter.in, 'oneOf'))
  if (filter.notIn) conditions.push(oneOf(column, filter.notIn, 'noneOf'))
  // An app has neither.
  if (column !== 'app_id') {
    for (const kind of ['contains', 'startsWith'] as const) {
      const value = filter[kind]
      if (value) conditions.push(isStorable(value) ? { kind, column, value } : oneOf(column, [], 'oneOf'))
    }
  }
  if (typeof filter.isNull === 'boolean') {
    conditions.push(column === 'app_id' ? { kind: 'hasApp', has: !filter.isNull } : oneOf(column, [''], filter.isNull ? 'oneOf' : 'noneOf'))
  }
  return conditions
}

/** In one order, so that the same question is the same text. The ids of apps are UUIDs: another text is no app's. */
function oneOf(column: Column, values: readonly string[], kind: 'oneOf' | 'noneOf'): LogCondition {
  const possible = column === 'app_id' ? values.map((value) => value.toLowerCase()).filter(isUuid) : values.filter(isStorable)
  return { kind, column, values: [...new Set(possible)].toSorted() }
}

/** What PostgreSQL cannot hold no entry has. */
const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed()

function bindRevenue(filter: NumberFilterInput | null | undefined): readonly LogCondition[] {
  if (!filter) return []
  return COMPARISONS.flatMap(([member, operator]): LogCondition[] => {
    const value = filter[member]
    return typeof value === 'number' ? [{ kind: 'revenue', operator, value }] : []
  })
}
