import { parseDefinition } from '../../compiler/segmentDefinition.ts'
import type { ReferenceSegment } from '../reference/segments.ts'
import type { SegmentSource } from '../segments.ts'

/** Saved segments for tenants that PostgreSQL knows nothing of, such as those of random worlds. */
export function segmentsOf(saved: readonly ReferenceSegment[]): SegmentSource {
  return async (_tenantId, ids) => {
    const found = saved.filter(({ id }) => ids.includes(id))
    const byId = new Map(
      found.map(({ id, name, definition, frozenAt }) => [
        id,
        { id, name, definition: parseDefinition(definition), frozenAt: frozenAt === null ? null : new Date(frozenAt) },
      ]),
    )
    return { byId, others: [] }
  }
}
