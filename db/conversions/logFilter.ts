import { z } from 'zod'

/** Columns of the log that hold text; '' is absent. */
export type LogTextColumn = 'event' | 'country' | 'platform' | 'channel' | 'partner_id' | 'campaign_id'

/** One condition on entries; of a list all must hold. The ids of apps are lower-case UUIDs. */
export type LogCondition =
  | { readonly kind: 'oneOf' | 'noneOf'; readonly column: LogTextColumn; readonly values: readonly string[] }
  | { readonly kind: 'oneOf' | 'noneOf'; readonly column: 'app_id'; readonly values: readonly string[] }
  | { readonly kind: 'contains' | 'startsWith'; readonly column: LogTextColumn; readonly value: string }
  /** On the revenue in the reporting currency; an entry without money never fits. */
  | { readonly kind: 'revenue'; readonly operator: '=' | '>' | '>=' | '<' | '<='; readonly value: number }
  /** Whether the entry is of an app at all; test entries are of none. */
  | { readonly kind: 'hasApp'; readonly has: boolean }

const textColumn = z.enum(['event', 'country', 'platform', 'channel', 'partner_id', 'campaign_id'])
/** Conditions that were stored as JSON. */
export const logConditionsSchema: z.ZodType<readonly LogCondition[]> = z.array(
  z.discriminatedUnion('kind', [
    z.object({ kind: z.enum(['oneOf', 'noneOf']), column: z.enum([...textColumn.options, 'app_id']), values: z.array(z.string()) }),
    z.object({ kind: z.enum(['contains', 'startsWith']), column: textColumn, value: z.string() }),
    z.object({ kind: z.literal('revenue'), operator: z.enum(['=', '>', '>=', '<', '<=']), value: z.number() }),
    z.object({ kind: z.literal('hasApp'), has: z.boolean() }),
  ]),
)

/** A parameter of the statement by its value; answers its place, such as $3. */
export type AddParameter = (value: unknown) => string

/** The conditions as SQL that goes on from a WHERE clause, each with AND before it; '' for none. */
export function printConditions(conditions: readonly LogCondition[], add: AddParameter): string {
  return conditions.map((condition) => ` AND ${print(condition, add)}`).join('')
}

// Columns and operators are words of the types above; values are parameters.
function print(condition: LogCondition, add: AddParameter): string {
  switch (condition.kind) {
    case 'oneOf':
      return `${condition.column} = ANY(${add(condition.values)}::${arrayOf(condition.column)})`
    case 'noneOf':
      return `(${condition.column} = ANY(${add(condition.values)}::${arrayOf(condition.column)})) IS NOT TRUE`
    case 'contains':
      return `position(${add(condition.value)}::text IN ${condition.column}) > 0`
    case 'startsWith':
      return `starts_with(${condition.column}, ${add(condition.value)}::text)`
    case 'revenue':
      return `revenue ${condition.operator} ${add(String(condition.value))}::numeric`
    case 'hasApp':
      return `app_id IS ${condition.has ? 'NOT ' : ''}NULL`
  }
}

const arrayOf = (column: LogTextColumn | 'app_id'): string => (column === 'app_id' ? 'uuid[]' : 'text[]')
