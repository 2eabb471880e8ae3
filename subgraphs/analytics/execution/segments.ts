import { randomUUID } from 'node:crypto'
import {
  deleteSegment,
  findSegments,
  insertSegment,
  listSegmentNames,
  listSegments,
  updateSegment,
  type Place,
  type SegmentDraft,
  type StoredSegment,
} from '#db/analytics/segments.ts'
import { readKnownUntil } from '#db/analytics/knownUntil.ts'
import type { Auditor } from '#db/audit/auditor.ts'
import type { Pool } from '#db/pool.ts'
import { isUuid } from '#db/uuid.ts'
import { BadQueryError, type Issue } from '#ops/service/issues.ts'
import { FilterBinder } from '../compiler/bind/filter.ts'
import { RuleBinder } from '../compiler/bind/segmentRule.ts'
import { unknownSegment, type KnownSegments } from '../compiler/bind/segments.ts'
import { issue } from '../compiler/issues.ts'
import type { SegmentRuleInput } from '../compiler/request.ts'
import { parseDefinition, printDefinition } from '../compiler/segmentDefinition.ts'
import { limits } from '../model/limits.ts'

/** Where the compiler's segments come from: those of the ids that the tenant has, and its other names when one of them is not there. */
export type SegmentSource = (tenantId: string, ids: readonly string[]) => Promise<KnownSegments>

export type NewSegment = {
  readonly name: string
  readonly description?: string | null
  readonly definition: SegmentRuleInput
  readonly isFrozen: boolean
}
/** What is left out stays; a description of null is taken away. */
export type SegmentChange = {
  readonly name?: string | null
  readonly description?: string | null
  readonly definition?: SegmentRuleInput | null
  readonly isFrozen?: boolean | null
}

type Options = { readonly pool: Pool; readonly now: () => Date }

/** The tenants' saved segments. Whose is asked for is the caller's duty; what is wrong is thrown as a BadQueryError. */
export type SegmentStore = ReturnType<typeof createSegmentStore>

export function createSegmentStore({ pool, now }: Options) {
  return {
    /** By name. */
    list: (tenantId: string, first: number): Promise<readonly StoredSegment[]> => listSegments(pool, { tenantId, first }),

    find: (tenantId: string, ids: readonly string[]): Promise<readonly StoredSegment[]> => findSegments(pool, { tenantId, ids }),

    source: sourceOf(pool),

    async create(tenantId: string, input: NewSegment, audit: Auditor): Promise<StoredSegment> {
      const issues = [...nameIssues(input.name), ...descriptionIssues(input.description), ...definitionIssues(input.definition)]
      if (issues.length > 0) throw new BadQueryError(issues)
      const { name, isFrozen, definition } = input
      const frozenAt = isFrozen ? await freezingTime({ pool, now }, tenantId) : null
      const draft = { name, description: input.description ?? null, definition: printDefinition(definition), frozenAt, most: limits.savedSegments }
      const saved = await insertSegment(pool, { tenantId, id: randomUUID() }, draft, audit)
      if (saved === 'full') throw new BadQueryError([issue('TOO_MANY_SAVED_SEGMENTS', [], { maxSegments: limits.savedSegments })])
      return savedOrTaken(saved, name)
    },

    async update({ tenantId, id }: Place, change: SegmentChange, audit: Auditor): Promise<StoredSegment> {
      const issues = [
        ...(typeof change.name === 'string' ? nameIssues(change.name) : []),
        ...descriptionIssues(change.description),
        ...(change.definition ? definitionIssues(change.definition) : []),
      ]
      if (issues.length > 0) throw new BadQueryError(issues)
      const freezesAt = change.isFrozen === true ? await freezingTime({ pool, now }, tenantId) : null
      const key = id.toLowerCase()
      const saved = isUuid(key) ? await updateSegment(pool, { tenantId, id: key }, (current) => changed(current, change, freezesAt), audit) : null
      if (saved === null) throw await unknown(pool, tenantId, id)
      return savedOrTaken(saved, change.name ?? '')
    },

    async remove({ tenantId, id }: Place, audit: Auditor): Promise<void> {
      const key = id.toLowerCase()
      if (!isUuid(key) || !(await deleteSegment(pool, { tenantId, id: key }, audit))) throw await unknown(pool, tenantId, id)
    },
  }
}

function sourceOf(pool: Pool): SegmentSource {
  return async (tenantId, ids) => {
    const found = await findSegments(pool, { tenantId, ids })
    const byId = new Map(found.map(({ id, name, definition, frozenAt }) => [id, { id, name, definition: parseDefinition(definition), frozenAt }]))
    const others = ids.every((id) => byId.has(id.toLowerCase())) ? [] : await listSegmentNames(pool, { tenantId, first: limits.savedSegments })
    return { byId, others }
  }
}

/** An event is recorded some moments before it can be counted: what was on its way is left out, so that members never change. */
const ON_ITS_WAY_MS = 10_000

/** The latest instant of which all that was recorded before it is known. */
async function freezingTime({ pool, now }: Options, tenantId: string): Promise<Date> {
  const knownUntil = (await readKnownUntil(pool, tenantId))?.getTime() ?? Infinity
  return new Date(Math.min(now().getTime(), knownUntil) - ON_ITS_WAY_MS)
}

function changed(current: StoredSegment, change: SegmentChange, freezesAt: Date | null): SegmentDraft {
  const staysFrozen = current.frozenAt !== null && change.isFrozen !== false
  if (staysFrozen && change.definition) throw new BadQueryError([issue('SEGMENT_IS_FROZEN', ['input', 'definition'], { name: current.name })])
  return {
    name: change.name ?? current.name,
    description: change.description === undefined ? current.description : change.description,
    definition: change.definition ? printDefinition(change.definition) : current.definition,
    frozenAt: staysFrozen ? current.frozenAt : freezesAt,
  }
}

function savedOrTaken(saved: StoredSegment | 'taken', name: string): StoredSegment {
  if (saved === 'taken') throw new BadQueryError([issue('SEGMENT_NAME_TAKEN', ['input', 'name'], { name })])
  return saved
}

const unknown = async (pool: Pool, tenantId: string, id: string): Promise<BadQueryError> =>
  new BadQueryError([unknownSegment(id, ['id'], await listSegmentNames(pool, { tenantId, first: limits.savedSegments }))])

function nameIssues(name: string): readonly Issue[] {
  const maxLength = limits.segmentNameLength
  const isRight = name !== '' && name === name.trim() && name.length <= maxLength && !/\p{Cc}/u.test(name) && name.isWellFormed()
  return isRight ? [] : [issue('SEGMENT_NAME_NOT_RIGHT', ['input', 'name'], { maxLength })]
}

function descriptionIssues(description: string | null | undefined): readonly Issue[] {
  const path = ['input', 'description']
  const maxLength = limits.segmentDescriptionLength
  if (!description) return []
  if (description.length > maxLength) return [issue('SEGMENT_DESCRIPTION_TOO_LONG', path, { length: description.length, maxLength })]
  return isStorable(description) ? [] : [issue('INVALID_TEXT', path, {})]
}

function isAllStorable(value: unknown): boolean {
  if (typeof value === 'string') return isStorable(value)
  return typeof value !== 'object' || value === null || value instanceof Date || Object.values(value).every(isAllStorable)
}

const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed()

/** Judged for somebody who sees everything: what a key does not see is told when the key asks. */
function definitionIssues(definition: SegmentRuleInput): readonly Issue[] {
  const path = ['input', 'definition']
  const filters = new FilterBinder([])
  const rules = new RuleBinder(filters, 0)
  rules.bind(definition, path)
  const issues = [...rules.issues, ...filters.allIssues()]
  // PostgreSQL keeps no such text, and no event has it.
  if (issues.length === 0 && !isAllStorable(definition)) return [issue('INVALID_TEXT', path, {})]
  return issues
}
