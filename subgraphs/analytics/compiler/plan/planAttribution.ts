import { IS_TOUCH, RESAMPLES } from '../../model/attribution.ts'
import { later } from '../prepared/trace.ts'
import { all, any, KNOWN_USER, type Condition } from '../../model/condition.ts'
import { limits } from '../../model/limits.ts'
import { DAY_MS } from '../../model/timeUnits.ts'
import { unreachable } from '../unreachable.ts'
import type { BoundAttribution, BoundJourneys } from '../bound.ts'
import type { AttributionLayout } from '../layout.ts'
import type { AnalyticsPlan, CollectPaths, CountJourneys, CreditColumn, DivideCredit, Ordering } from './nodes.ts'

/**
 * One scan of the range and the lookback before it, in which a user's touches and conversions are collected together: all models are told from
 * the same paths.
 */
export function planAttribution(bound: BoundAttribution): AnalyticsPlan {
  const keys = bound.groups.flatMap((group, i) => (group.kind === 'time' ? [] : [{ kind: 'text' as const, name: `g${i + 1}`, operand: group.operand }]))
  const { columns, layout } = planColumns(bound)
  const { startMs, endMs } = bound.range
  const scan = { tenantId: bound.tenantId, rowFilter: bound.rowFilter } as const
  const paths: CollectPaths = {
    kind: 'CollectPaths',
    input: {
      ...scan,
      kind: 'ScanEvents',
      table: 'events',
      startMs: later(startMs, -Math.max(bound.clickMs, bound.viewMs)),
      endMs,
      condition: all(KNOWN_USER, any(IS_TOUCH, bound.conversion)),
    },
    conversion: bound.conversion,
    fromMs: startMs,
    clickMs: bound.clickMs,
    viewMs: bound.viewMs,
    keys,
    isOrdered: true,
    isNarrow: false,
    isOfConverters: false,
  }
  const input: DivideCredit = {
    kind: 'DivideCredit',
    input: paths,
    costs:
      bound.costDays === null
        ? null
        : { ...scan, kind: 'ScanCosts', table: 'costs', days: [bound.costDays], condition: bound.costWhere, choosesSource: bound.wantsCost },
    shown: bound.whereTouch,
    showsUntouched: holdsForNothing(bound.whereTouch),
    columns,
    hasTotals: bound.wantsTotals && keys.length > 0,
    journeys: bound.journeys === null ? null : planJourneys(bound, bound.journeys, paths),
  }
  const order = keys.map((key): Ordering => ({ name: key.name, direction: 'ASC', as: 'text' }))
  return {
    kind: 'SortLimit',
    input,
    order,
    limitRows: bound.limitRows,
    showsRows: bound.wantsRows,
    layout: { ...layout, groups: keys.map((key) => key.name) },
  }
}

/**
 * The paths once more, in a statement of their own: where paths without a conversion count, a user's last conversion and the touches after it may
 * be of any time.
 */
function planJourneys(bound: BoundAttribution, { order, wantsSets, wantsRevenue, resampled }: BoundJourneys, paths: CollectPaths): CountJourneys {
  const resamples = resampled.length === 0 ? 0 : RESAMPLES
  return {
    kind: 'CountJourneys',
    input: order === null ? { ...paths, isOrdered: false } : { ...paths, input: { ...paths.input, startMs: null, endMs: limits.latestMs + DAY_MS } },
    order,
    nullPaths: order === null ? null : { beforeMs: bound.range.endMs },
    countsSets: wantsSets,
    resamples,
    shown: bound.whereTouch,
    wantsRevenue,
    limitRows: resamples === 0 ? limits.transitions : limits.resampledTransitions,
  }
}

function planColumns(bound: BoundAttribution): { readonly columns: readonly CreditColumn[]; readonly layout: Omit<AttributionLayout, 'groups'> } {
  const credits = bound.credits.map(({ key, of, model }, i) => ({ key, column: { name: `m${i + 1}`, kind: 'credit' as const, of, model } }))
  const { wantsTouchpoints, wantsAssists, wantsCost } = bound
  const plain = ([...(wantsTouchpoints ? ['touchpoints'] : []), ...(wantsAssists ? ['assists'] : []), ...(wantsCost ? ['cost'] : [])] as PlainKind[]).map(
    (kind) => ({
      name: kind,
      kind,
    }),
  )
  const nameOf = (kind: PlainKind): string | null => plain.find((column) => column.kind === kind)?.name ?? null
  return {
    columns: [...credits.map(({ column }) => column), ...plain],
    layout: {
      kind: 'attribution',
      credits: new Map(credits.map(({ key, column }) => [key, column.name])),
      touchpoints: nameOf('touchpoints'),
      assists: nameOf('assists'),
      cost: nameOf('cost'),
    },
  }
}

type PlainKind = 'touchpoints' | 'assists' | 'cost'

/** Whether the condition holds for a touch of which all is absent. */
function holdsForNothing(condition: Condition): boolean {
  switch (condition.kind) {
    case 'always':
      return true
    case 'never':
    case 'number':
    case 'touch':
    case 'refund':
    case 'knownUser':
    case 'inSegment':
    case 'time':
      return false
    case 'all':
      return condition.of.every(holdsForNothing)
    case 'any':
      return condition.of.some(holdsForNothing)
    case 'not':
      return !holdsForNothing(condition.of)
    case 'oneOf':
      return condition.values.includes('') || condition.values.includes(NIL_UUID)
    case 'contains':
    case 'startsWith':
      return condition.value === ''
    default:
      return unreachable(condition)
  }
}

/** How an absent app is stored. */
const NIL_UUID = '00000000-0000-0000-0000-000000000000'
