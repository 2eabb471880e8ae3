import type { BoundSegmentSize } from '../compiler/bound.ts'
import type { Compiled } from '../compiler/compile.ts'
import type { QueryRows } from './runQuery.ts'

/** Whole numbers as exact text; all are null when nothing ran, and those of the known users when they were not asked for. */
export type SegmentSizeRows = { readonly users: string | null; readonly knownUsers: string | null; readonly share: number | null }

export const NO_SIZE: SegmentSizeRows = { users: null, knownUsers: null, share: null }

export function shapeSegmentSize({ plan, select }: Compiled<BoundSegmentSize>, { rows }: QueryRows): SegmentSizeRows {
  const { layout } = plan
  if (layout.kind !== 'segmentSize') throw new Error('A size of a segment has a plan of its own.')
  const cell = (name: string): bigint => {
    const value = rows[0]?.[select.columns.findIndex(({ as }) => as === name)]
    if (typeof value !== 'string' && typeof value !== 'number') throw new Error(`Not a count: ${JSON.stringify(value)}`)
    return BigInt(value)
  }
  const users = cell(layout.members)
  if (layout.known === null) return { users: String(users), knownUsers: null, share: null }
  const known = cell(layout.known)
  return { users: String(users), knownUsers: String(known), share: known === 0n ? null : Number(users) / Number(known) }
}
