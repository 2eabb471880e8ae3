import { coerceInputValue, isInputType, type GraphQLSchema } from 'graphql'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { z } from 'zod'
import { createCursorSealer, type CursorSealer } from '#ops/security/cursor.ts'
import { failure } from '#ops/service/errors.ts'
import { BadQueryError } from '#ops/service/issues.ts'
import type { AttributionCell, CohortsCell, FunnelCell, MetricsCell } from '../compiler/cell.ts'
import { issue } from '../compiler/issues.ts'
import type { AttributionInput, CellQuestion, CohortsInput, FunnelInput, MetricsInput } from '../compiler/request.ts'
import { limits } from '../model/limits.ts'

/** Says where a number stands in the answer. Throws a BadQueryError where it would be too large, or the cells of the answer together. */
export type SealCell<At> = (at: At) => string

/** A question as it was asked, and when: what is relative in it then means the same for ever. */
type Asked = { readonly tenantId: string; readonly input: object; readonly now: Date; readonly asOf: Date }
type Places = { readonly metrics: MetricsCell; readonly cohorts: CohortsCell; readonly funnel: FunnelCell; readonly attribution: AttributionCell }
export type OpenedCell = { readonly question: CellQuestion; readonly now: Date; readonly asOf: Date }

/** What `kind` and the tenant are bound by; any other cursor is none of a cell. */
const PURPOSE = ['users', 'cell']
const LENGTH_BYTES = 4
/** Of an opened question; no honest one is near it, and what is packed is our own. */
const MAX_QUESTION_BYTES = 8_000_000

/** Seals the cells of one answer. Nothing is made before the first of them; the question is packed once. */
export function cellSealer<Kind extends keyof Places>(key: string, kind: Kind, { tenantId, input, now, asOf }: Asked): SealCell<Places[Kind]> {
  let made: { readonly sealer: CursorSealer; readonly head: Buffer } | null = null
  let bytes = 0
  return (at) => {
    made ??= { sealer: sealerOf(key, tenantId), head: pack({ kind, input, now: now.getTime(), asOf: asOf.getTime() }) }
    const packed = Buffer.concat([made.head, Buffer.from(JSON.stringify(at))])
    bytes += packed.length
    if (packed.length > limits.cellBytes) throw new BadQueryError([issue('CELL_TOO_LARGE', [], { maxBytes: limits.cellBytes })])
    if (bytes > limits.allCellsBytes) throw new BadQueryError([issue('CELLS_TOO_LARGE', [], { maxBytes: limits.allCellsBytes })])
    return made.sealer.seal(packed)
  }
}

// wall: cell-cursor
const sealerOf = (key: string, tenantId: string): CursorSealer => createCursorSealer(key, [tenantId, ...PURPOSE])

function pack(question: object): Buffer {
  const packed = deflateRawSync(JSON.stringify(question))
  const length = Buffer.alloc(LENGTH_BYTES)
  length.writeUInt32BE(packed.length)
  return Buffer.concat([length, packed])
}

const groups = z.array(z.string())
const places = {
  metrics: z.strictObject({ groups: groups.nullable(), of: z.string().nullable() }),
  cohorts: z.strictObject({ cohort: z.string(), groups, periods: z.strictObject({ from: z.int(), to: z.int().nullable() }).nullable() }),
  funnel: z.strictObject({ groups, step: z.int(), isDropped: z.boolean() }),
  attribution: z.strictObject({ groups: groups.nullable() }),
}
const questionSchema = z.strictObject({ kind: z.enum(['metrics', 'cohorts', 'funnel', 'attribution']), input: z.unknown(), now: z.number(), asOf: z.number() })

/** Throws BAD_CURSOR for what is no cell of the tenant's, also for one whose question the schema does not know any more. */
export function openCell(key: string, cell: string, { tenantId, schema }: { readonly tenantId: string; readonly schema: GraphQLSchema }): OpenedCell {
  const bytes = sealerOf(key, tenantId).open(cell)
  if (bytes === null || bytes.length < LENGTH_BYTES) throw failure('BAD_CURSOR', { argument: 'input.cell' })
  const end = LENGTH_BYTES + bytes.readUInt32BE()
  const { kind, input, now, asOf } = questionSchema.parse(readJson(inflateRawSync(bytes.subarray(LENGTH_BYTES, end), { maxOutputLength: MAX_QUESTION_BYTES })))
  const question = questionOf(kind, { input, at: readJson(bytes.subarray(end)), schema })
  return { question, now: new Date(now), asOf: new Date(asOf) }
}

const readJson = (bytes: Buffer): unknown => JSON.parse(bytes.toString('utf8'))

type Stored = { readonly input: unknown; readonly at: unknown; readonly schema: GraphQLSchema }

function questionOf(kind: CellQuestion['kind'], { input, at, schema }: Stored): CellQuestion {
  switch (kind) {
    case 'metrics':
      return { kind, input: z.custom<MetricsInput>(isObject).parse(readInput(input, 'MetricsInput', schema)), at: places.metrics.parse(at) }
    case 'cohorts':
      return { kind, input: z.custom<CohortsInput>(isObject).parse(readInput(input, 'CohortsInput', schema)), at: places.cohorts.parse(at) }
    case 'funnel':
      return { kind, input: z.custom<FunnelInput>(isObject).parse(readInput(input, 'FunnelInput', schema)), at: places.funnel.parse(at) }
    case 'attribution':
      return { kind, input: z.custom<AttributionInput>(isObject).parse(readInput(input, 'AttributionInput', schema)), at: places.attribution.parse(at) }
  }
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null

/** The arguments as GraphQL itself reads them, with the defaults of today for what was not there then. */
function readInput(input: unknown, typeName: string, schema: GraphQLSchema): unknown {
  const type = schema.getType(typeName)
  if (!isInputType(type)) throw new Error(`There is no input type ${typeName}.`)
  return coerceInputValue(input, type, () => {
    throw failure('BAD_CURSOR', { argument: 'input.cell' })
  })
}
