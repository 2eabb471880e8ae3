import { all, any } from '../../model/condition.ts'
import { earliest, later } from '../prepared/trace.ts'
import { betweenCondition, FOLLOWED } from '../../model/funnel.ts'
import { kindsOf } from '../bind/bindFunnel.ts'
import type { BoundFunnel } from '../bound.ts'
import type { FunnelLayout } from '../layout.ts'
import type { AnalyticsPlan, CollectSteps, CountSteps, GroupKey, Ordering, StepSeconds } from './nodes.ts'

/**
 * One scan of the range and the window after it, in which a user's rows are collected as one array; then all attempts of a user are followed at
 * once. The best attempt of a user in a group is a row of its own until the last node, so that the users of a step can be asked for.
 */
export function planFunnel(bound: BoundFunnel, { asOfMs }: { readonly asOfMs: number }): AnalyticsPlan {
  const keys = bound.groups.map((group, i): GroupKey => {
    const name = `g${i + 1}`
    return group.kind === 'time' ? { kind: 'time', name, unit: group.unit, timeZone: bound.timeZone } : { kind: 'text', name, operand: group.operand }
  })
  const { startMs } = bound.range
  const untilMs = earliest(bound.range.endMs, asOfMs)
  const isStrict = bound.order === 'STRICT'
  const steps: CollectSteps = {
    kind: 'CollectSteps',
    input: {
      kind: 'ScanEvents',
      tenantId: bound.tenantId,
      table: 'events',
      startMs,
      // The window's last instant belongs to it; nothing from asOf on has been observed.
      endMs: earliest(later(bound.range.endMs, bound.windowMs), asOfMs),
      rowFilter: bound.rowFilter,
      condition: isStrict
        ? all(FOLLOWED, any(betweenCondition(bound.steps.map(({ event }) => event)), ...(bound.exclusion === null ? [] : [bound.exclusion])))
        : FOLLOWED,
    },
    steps: bound.steps.map(({ condition }) => condition),
    first: { where: bound.where, untilMs, isAny: bound.order === 'UNORDERED' },
    exclusion: bound.exclusion,
    keys,
  }
  const { seconds, layout } = planSeconds(bound)
  const users = bound.steps.map((_, i) => `u${i + 1}`)
  const input: CountSteps = {
    kind: 'CountSteps',
    input: {
      kind: 'BestAttempts',
      input: steps,
      order: bound.order,
      windowMs: bound.windowMs,
      alike: [...kindsOf(bound.steps).values()],
      needsTimes: seconds.length > 0,
      isLevelAlone: false,
    },
    users,
    seconds,
  }
  return {
    kind: 'SortLimit',
    input,
    order: keys.map((key): Ordering => ({ name: key.name, direction: 'ASC', as: key.kind === 'time' ? 'number' : 'text' })),
    limitRows: bound.limitRows,
    showsRows: true,
    layout: { kind: 'funnel', groups: keys.map((key) => key.name), users, seconds: layout },
  }
}

function planSeconds({ seconds, steps }: BoundFunnel): { readonly seconds: readonly StepSeconds[]; readonly layout: FunnelLayout['seconds'] } {
  const of = (since: 'previous' | 'first', prefix: string) => {
    const levels = [...new Set(seconds.filter((field) => field.since === since).map((field) => field.level))].toSorted((a, b) => a - b)
    const names = levels.length === 0 ? [] : steps.slice(1).map((_, i) => `${prefix}${i + 2}`)
    return { levels, names, columns: names.map((name, i): StepSeconds => ({ name, step: i + 1, since, levels })) }
  }
  const previous = of('previous', 'p')
  const first = of('first', 'f')
  return {
    seconds: [...previous.columns, ...first.columns],
    layout: { previous: { levels: previous.levels, names: previous.names }, first: { levels: first.levels, names: first.names } },
  }
}
