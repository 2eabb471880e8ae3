import type { BoundFunnel, BoundGroup } from '../compiler/bound.ts'
import type { FunnelCell } from '../compiler/cell.ts'
import type { Compiled } from '../compiler/compile.ts'
import { secondsFields } from '../model/funnel.ts'
import type { SealCell } from './cells.ts'
import { membership } from './membership.ts'
import type { QueryRows } from './runQuery.ts'
import { bucketReader } from './shapeBucket.ts'
import type { TimeBucketValue } from './shapeMetrics.ts'

/** One step of a row. Numbers that are masked are null, as are times that were not asked for. */
export type FunnelStepValue = {
  readonly index: number
  readonly event: string
  readonly users: number
  readonly dropOff: number
  /** null without users of the first step. */
  readonly conversion: number | null
  /** null without users of the step before, and for the first. */
  readonly conversionFromPrevious: number | null
  readonly medianSeconds: number | null
  readonly p90Seconds: number | null
  readonly medianSecondsFromFirst: number | null
  readonly cell: () => string
  /** null for the last step, after which nobody drops out. */
  readonly droppedCell: () => string | null
}

export type FunnelRowValue = {
  /** null when time is not grouped by. */
  readonly time: () => TimeBucketValue | null
  /** null when absent. */
  readonly dimension: (field: string) => string | null
  readonly property: (name: string) => string | null
  readonly segment: (id: string) => boolean | null
  readonly steps: readonly FunnelStepValue[]
}

export type FunnelRows = { readonly rows: readonly FunnelRowValue[]; readonly isTruncated: boolean }

export function shapeFunnel(
  compiled: Compiled<BoundFunnel>,
  answer: QueryRows,
  { asOf, seal }: { readonly asOf: Date; readonly seal: SealCell<FunnelCell> },
): FunnelRows {
  const { bound, plan, select } = compiled
  if (plan.layout.kind !== 'funnel') throw new Error('A funnel question has a funnel plan.')
  const position = new Map(select.columns.map((column, i) => [column.as, i]))
  const groupAt = new Map(plan.layout.groups.map((name, i) => [groupKey(bound.groups[i]), position.get(name) ?? -1]))
  const timeOf = timeReader(bound, asOf)
  const stepsOf = stepsReader(compiled, { position, seal })
  const rows = answer.rows.slice(0, bound.limitRows).map((cells): FunnelRowValue => {
    const label = (key: string): string | null => {
      const value = cells[groupAt.get(key) ?? -1]
      return typeof value === 'string' && value !== '' ? value : null
    }
    return {
      time: () => timeOf(cells[groupAt.get('time') ?? -1]),
      dimension: (field) => label(`dimension ${field}`),
      property: (name) => label(`property ${name}`),
      segment: (id) => membership(label(`segment ${id.toLowerCase()}`)),
      steps: stepsOf(cells),
    }
  })
  return { rows, isTruncated: answer.rows.length > bound.limitRows }
}

function groupKey(group: BoundGroup | undefined): string {
  if (group === undefined) throw new Error('The plan has a group that the question has not.')
  if (group.kind === 'time') return 'time'
  if (group.kind === 'segment') return `segment ${group.id}`
  return group.kind === 'dimension' ? `dimension ${group.field}` : `property ${group.name}`
}

/** A bucket is partial when the range or asOf cuts it, as in metrics: which first steps there are is then not told in full. */
function timeReader({ groups, range, timeZone }: BoundFunnel, asOf: Date): (value: unknown) => TimeBucketValue | null {
  const time = groups.find((group) => group.kind === 'time')
  if (time === undefined) return () => null
  const readBucket = bucketReader(time.unit, timeZone)
  return (value) => {
    const { startMs, endMs } = readBucket(value)
    const isPartial = startMs < range.startMs || endMs > range.endMs || endMs > asOf.getTime()
    return { start: new Date(startMs), end: new Date(endMs), isPartial }
  }
}

type Reading = { readonly position: ReadonlyMap<string | null, number>; readonly seal: SealCell<FunnelCell> }

function stepsReader({ bound, plan }: Compiled<BoundFunnel>, { position, seal }: Reading) {
  const { layout } = plan
  if (layout.kind !== 'funnel') throw new Error('A funnel question has a funnel plan.')
  const shown = <Value>(field: string, value: Value): Value | null => (bound.masked.has(field) ? null : value)
  return (cells: readonly unknown[]): readonly FunnelStepValue[] => {
    const users = layout.users.map((name) => whole(cells[position.get(name) ?? -1]))
    const seconds = (field: string, step: number): number | null => {
      const { level, since } = secondsFields[field] ?? { level: 0, since: 'first' }
      const { levels, names } = layout.seconds[since]
      const at = levels.indexOf(level)
      const name = names[step - 1]
      if (step === 0 || at < 0 || name === undefined || bound.masked.has(field) || users[step] === 0) return null
      return secondsOf(cells[position.get(name) ?? -1], at)
    }
    const groups = () => layout.groups.map((name) => String(cells[position.get(name) ?? -1]))
    const last = bound.steps.length - 1
    return bound.steps.map(({ event }, step): FunnelStepValue => {
      const own = users[step] ?? 0
      return {
        index: step,
        event,
        users: own,
        dropOff: step === last ? 0 : own - (users[step + 1] ?? 0),
        conversion: shown('conversion', ratio(own, users[0] ?? 0)),
        conversionFromPrevious: step === 0 ? null : shown('conversionFromPrevious', ratio(own, users[step - 1] ?? 0)),
        medianSeconds: seconds('medianSeconds', step),
        p90Seconds: seconds('p90Seconds', step),
        medianSecondsFromFirst: seconds('medianSecondsFromFirst', step),
        cell: () => seal({ groups: groups(), step, isDropped: false }),
        droppedCell: () => (step === last ? null : seal({ groups: groups(), step, isDropped: true })),
      }
    })
  }
}

const ratio = (users: number, of: number): number | null => (of === 0 ? null : users / of)

function whole(value: unknown): number {
  const number = typeof value === 'string' ? Number(value) : value
  if (typeof number !== 'number' || !Number.isSafeInteger(number)) throw new Error(`Not a whole number: ${JSON.stringify(value)}`)
  return number
}

/** Between two milliseconds a tenth is the finest that a median or a ninth tenth can be. */
const TENTHS_OF_MS = 10
const TENTHS_OF_SECOND = 10_000

function secondsOf(value: unknown, at: number): number {
  const milliseconds: unknown = Array.isArray(value) ? value[at] : null
  if (typeof milliseconds !== 'number' || !Number.isFinite(milliseconds)) throw new Error(`Not milliseconds: ${JSON.stringify(value)}`)
  return Math.round(milliseconds * TENTHS_OF_MS) / TENTHS_OF_SECOND
}
