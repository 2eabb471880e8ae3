import type { BoundAttribution, BoundGroup } from '../compiler/bound.ts'
import { nameOf } from '../compiler/bind/groups.ts'
import type { AttributionCell } from '../compiler/cell.ts'
import type { Compiled } from '../compiler/compile.ts'
import { creditKey, journeyModel, type Credited } from '../compiler/attributionKey.ts'
import { ASSISTS_OF_ALL } from '../compiler/sql/lowerAttribution.ts'
import { DEFAULT_LEVEL, type IntervalValue } from '../model/interval.ts'
import { ONE, PARTS_OF_MILLIONTH, PLACES } from './decimalParts.ts'
import type { SealCell } from './cells.ts'
import { fromMillionths, toMillionths } from './decimals.ts'
import { membership } from './membership.ts'
import { groupOfTexts } from './journeys/facts.ts'
import { percentileInterval } from './journeys/interval.ts'
import type { JourneyCredits } from './journeys/journeyCredits.ts'
import type { QueryRows } from './runQuery.ts'

type ModelArguments = Readonly<Record<string, unknown>>

/** A row of the answer, read by the fields of the schema; the arguments are those of the field. */
export type AttributionRowValue = {
  /** null when absent, and in totals. */
  readonly dimension: (field: string) => string | null
  readonly property: (name: string) => string | null
  readonly segment: (id: string) => boolean | null
  readonly conversions: (args: ModelArguments) => number | null
  /** Of models that are told from all paths together. */
  readonly conversionsInterval: (args: ModelArguments) => IntervalValue | null
  /** Money as exact text of at most 6 places. */
  readonly revenue: (args: ModelArguments) => string | null
  /** null without cost. */
  readonly roas: (args: ModelArguments) => number | null
  /** null without credit. */
  readonly cpa: (args: ModelArguments) => string | null
  readonly touchpoints: () => string | null
  readonly assists: () => string | null
  readonly cost: () => string | null
  /** Leads to the users of the conversions; null when nothing was run. */
  readonly cell: () => string | null
}

export type AttributionRows = { readonly rows: readonly AttributionRowValue[]; readonly totals: AttributionRowValue; readonly isTruncated: boolean }

type Shaping = {
  /** There when the question has a model that needs it. */
  readonly journeys: JourneyCredits | null
  readonly seal: SealCell<AttributionCell>
}

export function shapeAttribution(compiled: Compiled<BoundAttribution>, answer: QueryRows, shaping: Shaping): AttributionRows {
  const shape = rowShape(compiled, shaping)
  const { journeys } = shaping
  const { bound, plan } = compiled
  const all = journeys === null ? answer.rows : withCredited(compiled, answer.rows, journeys)
  const rows = all.slice(0, bound.limitRows).map((cells) => shape(cells, { isTotals: false }))
  const isGrouped = plan.layout.groups.length > 0
  return {
    rows: plan.showsRows ? rows : [],
    totals: shape(isGrouped ? (answer.totals ?? []) : (answer.rows[0] ?? []), { isTotals: true }),
    isTruncated: all.length > bound.limitRows,
  }
}

/** The rows, and those of groups on paths without a conversion alone: what MARKOV credits them with is lost without them. */
function withCredited({ plan, select }: Compiled<BoundAttribution>, rows: readonly Cells[], { credited }: JourneyCredits): readonly Cells[] {
  const { groups } = plan.layout
  if (groups.length === 0) return rows
  const places = groups.map((name) => select.columns.findIndex(({ as }) => as === name))
  const textsOf = (cells: Cells) => places.map((place) => textOf(cells[place]))
  const known = new Set(rows.map((cells) => groupOfTexts(textsOf(cells))))
  const others = credited.filter((texts) => !known.has(groupOfTexts(texts)))
  const cellsOf = (texts: readonly string[]): Cells => select.columns.map((_, i) => (places.includes(i) ? texts[places.indexOf(i)] : '0'))
  return others.length === 0 ? rows : [...rows, ...others.map(cellsOf)].toSorted((a, b) => compareTexts(textsOf(a), textsOf(b)))
}

type Cells = readonly unknown[]

/** As the statement puts them in order: by their bytes, absent ones last. */
function compareTexts(a: readonly string[], b: readonly string[]): number {
  for (const [i, text] of a.entries()) {
    const other = b[i] ?? ''
    if (text !== other) return text === '' || other === '' ? Number(text === '') - Number(other === '') : Buffer.compare(Buffer.from(text), Buffer.from(other))
  }
  return 0
}

const nothing = (): null => null
/** What `explain` answers: no rows and nothing in the totals. */
export const NO_ATTRIBUTION: AttributionRows = {
  rows: [],
  totals: {
    dimension: nothing,
    property: nothing,
    segment: nothing,
    conversions: nothing,
    conversionsInterval: nothing,
    revenue: nothing,
    roas: nothing,
    cpa: nothing,
    touchpoints: nothing,
    assists: nothing,
    cost: nothing,
    cell: nothing,
  },
  isTruncated: false,
}

function rowShape({ bound, plan, select }: Compiled<BoundAttribution>, { journeys, seal }: Shaping) {
  const { layout } = plan
  if (layout.kind !== 'attribution') throw new Error('An attribution question has an attribution plan.')
  const position = new Map(select.columns.map((column, i) => [column.as, i]))
  const groupAt = new Map(layout.groups.map((name, i) => [groupKey(bound.groups[i]), position.get(name)]))
  return (cells: readonly unknown[], { isTotals }: { readonly isTotals: boolean }): AttributionRowValue => {
    const cell = (name: string | null | undefined): unknown => {
      const at = name === null || name === undefined ? undefined : position.get(name)
      if (at === undefined) throw new Error('A number is shown that was not computed.')
      return cells[at]
    }
    const label = (key: string): string | null => {
      const at = groupAt.get(key)
      const value = isTotals || at === undefined ? null : cells[at]
      return typeof value === 'string' && value !== '' ? value : null
    }
    const whose = isTotals ? 'all' : layout.groups.map((name) => textOf(cell(name)))
    const credit = (of: Credited, args: ModelArguments): bigint => {
      const model = journeyModel(args)
      if (model === null) return toParts(cell(layout.credits.get(creditKey(of, args))))
      return told(journeys).credit(of, model, whose)
    }
    const interval = (args: ModelArguments): IntervalValue => {
      const model = journeyModel(args)
      if (model === null) throw new Error('An interval is shown of a model that has none.')
      return percentileInterval(told(journeys).resampled(model, whose), typeof args['level'] === 'number' ? args['level'] : DEFAULT_LEVEL)
    }
    const cost = (): bigint => toMillionths(cell(layout.cost))
    const shown = <Value>(field: string, read: () => Value): Value | null => (bound.masked.has(field) ? null : read())
    return {
      dimension: (field) => label(`dimension ${field}`),
      property: (name) => label(`property ${name}`),
      segment: (id) => membership(label(`segment ${id.toLowerCase()}`)),
      conversions: (args) => shown('conversions', () => toFloat(withoutNoise(credit('conversions', args), args), ONE)),
      conversionsInterval: (args) => shown('conversionsInterval', () => interval(args)),
      revenue: (args) => shown('revenue', () => fromMillionths(rounded(credit('revenue', args), PARTS_OF_MILLIONTH))),
      roas: (args) => shown('roas', () => ratio(credit('revenue', args), cost() * PARTS_OF_MILLIONTH)),
      cpa: (args) =>
        shown('cpa', () => {
          const conversions = credit('conversions', args)
          return isNothing(conversions) ? null : fromMillionths(rounded(cost() * ONE, conversions))
        }),
      touchpoints: () => shown('touchpoints', () => whole(cell(layout.touchpoints))),
      assists: () => shown('assists', () => whole(cell(isTotals && layout.groups.length > 0 ? ASSISTS_OF_ALL : layout.assists))),
      cost: () => shown('cost', () => fromMillionths(cost())),
      cell: () => seal({ groups: isTotals ? null : layout.groups.map((name) => String(cell(name))) }),
    }
  }
}

function told(journeys: JourneyCredits | null): JourneyCredits {
  if (journeys === null) throw new Error('A number is shown that was not computed.')
  return journeys
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new Error(`Not the text of a group: ${JSON.stringify(value)}`)
  return value
}

function groupKey(group: BoundGroup | undefined): string {
  if (group === undefined || group.kind === 'time') throw new Error('The plan has a group that the question has not.')
  return nameOf(group)
}

/** Above all that the statement cuts off together and below any half that is not one: thirds that make a whole again are whole. */
const SLACK = 10n ** 8n

function toParts(value: unknown): bigint {
  const text = typeof value === 'number' ? String(value) : value
  const parts = typeof text === 'string' ? /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) : null
  if (parts === null) throw new Error(`Not decimal text: ${JSON.stringify(value)}`)
  const [number, sign, integer = '0', fraction = ''] = parts
  if (fraction.length > PLACES) throw new Error(`More than ${PLACES} places: ${number}`)
  const magnitude = BigInt(integer) * ONE + BigInt(fraction.padEnd(PLACES, '0'))
  return sign === '-' ? -magnitude : magnitude
}

const PARTS_OF_SHOWN = ONE / 10n ** 12n
/** Shares that decay, and removal effects, are floats: at twelve places those that make a whole are shown as one. The other models are exact. */
const withoutNoise = (parts: bigint, args: ModelArguments): bigint => {
  if (args['model'] !== 'TIME_DECAY' && args['model'] !== 'MARKOV') return parts
  const half = parts < 0n ? -PARTS_OF_SHOWN / 2n : PARTS_OF_SHOWN / 2n
  return ((parts + half) / PARTS_OF_SHOWN) * PARTS_OF_SHOWN
}

const magnitudeOf = (value: bigint): bigint => (value < 0n ? -value : value)
/** A credit of which twelve places show nothing. */
const isNothing = (parts: bigint): boolean => magnitudeOf(parts) < PARTS_OF_SHOWN

/** The quotient as a whole number, a half away from zero; what the statement cut off does not make it less than a half. */
function rounded(numerator: bigint, denominator: bigint): bigint {
  const above = magnitudeOf(numerator)
  const below = magnitudeOf(denominator)
  const quotient = (2n * (above + SLACK) + below) / (2n * below)
  return numerator < 0n !== denominator < 0n ? -quotient : quotient
}

/** The quotient as the nearest float. */
function toFloat(numerator: bigint, denominator: bigint): number {
  const parts = (numerator * ONE) / denominator
  const magnitude = magnitudeOf(parts)
  const float = Number(`${magnitude / ONE}.${String(magnitude % ONE).padStart(PLACES, '0')}`)
  return parts < 0n ? -float : float
}

const ratio = (numerator: bigint, denominator: bigint): number | null => (denominator === 0n ? null : toFloat(numerator, denominator))

function whole(value: unknown): string {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value
  if (typeof text !== 'string' || !/^-?\d+$/.test(text)) throw new Error(`Not a whole number: ${JSON.stringify(value)}`)
  return text
}
