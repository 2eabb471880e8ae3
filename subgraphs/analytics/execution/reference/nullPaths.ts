import type { StoredEvent } from '#db/clickhouse/storedEvent.ts'
import { inOrder } from './pathOrder.ts'
import { occurredAt } from './world.ts'

/**
 * The path without a conversion of each user: the touches after the user's last conversion ever, all of them of one who never converts; it is one
 * when the last of them lies in the range. `rows` are the tenant's.
 */
export function nullPathsOf(
  rows: readonly StoredEvent[],
  { isConversion, range }: { isConversion: (row: StoredEvent) => boolean; range: { readonly start: number; readonly end: number } },
): readonly (readonly StoredEvent[])[] {
  return [...new Set(rows.map(({ user_id }) => user_id))].flatMap((user) => {
    const own = rows.filter((row) => row.user_id === user)
    const converted = Math.max(...own.filter(isConversion).map(occurredAt))
    const path = inOrder(own.filter((row) => row.touch !== 'none' && occurredAt(row) > converted))
    const last = path.at(-1)
    return last !== undefined && occurredAt(last) >= range.start && occurredAt(last) < range.end ? [path] : []
  })
}
