import type { BoundUsers } from '../compiler/bound.ts'
import type { Compiled } from '../compiler/compile.ts'
import { nameOfUserColumn } from '../compiler/sql/lowerPeople.ts'
import type { QueryRows } from './runQuery.ts'

/** A user as the asker may see one; what was not asked for, and what is masked, is null. */
export type UserValue = { readonly id: string; readonly firstSeen: Date | null; readonly country: string | null; readonly platform: string | null }
/** `totalCount` is null when it was not asked for. */
export type UserRows = { readonly users: readonly UserValue[]; readonly hasNextPage: boolean; readonly totalCount: string | null }

export function shapeUsers({ bound, plan, select }: Compiled<BoundUsers>, answer: QueryRows): UserRows {
  const { layout } = plan
  if (layout.kind !== 'users') throw new Error('A question about users has a plan of users.')
  const at = (name: string): number =>
    select.columns.findIndex(({ as, expression }) => (as ?? (expression.kind === 'column' ? expression.column : '')) === name)
  const textAt = (cells: readonly unknown[], column: 'country' | 'platform'): string | null => {
    const value = cells[at(nameOfUserColumn(column))]
    return typeof value === 'string' && value !== '' ? value : null
  }
  const users = answer.rows.slice(0, bound.limitRows).map((cells): UserValue => {
    const firstSeen = cells[at(nameOfUserColumn('firstSeen'))]
    return {
      id: String(cells[0]),
      firstSeen: firstSeen === undefined ? null : new Date(Number(firstSeen)),
      country: textAt(cells, 'country'),
      platform: textAt(cells, 'platform'),
    }
  })
  const total = layout.total === null ? null : (answer.totals?.[at(layout.total)] ?? 0)
  return { users, hasNextPage: answer.rows.length > bound.limitRows, totalCount: total === null ? null : String(Number(total)) }
}
