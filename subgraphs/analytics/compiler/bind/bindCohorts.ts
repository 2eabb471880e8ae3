import type { Issue } from '#ops/service/issues.ts'
import { activityCondition, COHORT_NEVER_NULL, cohortPartsOf, entryCondition, entryEvents } from '../../model/cohortMeasures.ts'
import { all, type Condition } from '../../model/condition.ts'
import { limits } from '../../model/limits.ts'
import { joinOf } from '../../model/segment.ts'
import type { BoundCohorts } from '../bound.ts'
import type { CompileContext } from '../compile.ts'
import { issue } from '../issues.ts'
import type { CohortsInput, CohortsRequest, SelectedField } from '../request.ts'
import { bindCommon } from './bindCommon.ts'
import { shapeIssues } from './brackets.ts'
import { bindCostDays, costIssue, hoursObstacle } from './costs.ts'
import type { FilterBinder } from './filter.ts'
import { groupOfField } from './groups.ts'
import { hidesAny, maskedIssue, type Masks } from './masks.ts'

export function bindCohorts(request: CohortsRequest, context: CompileContext): { readonly bound: BoundCohorts | null; readonly issues: readonly Issue[] } {
  const { input } = request
  const { masks } = context
  const common = bindCommon(input, { context, allowsTime: false, maxRows: limits.cohortRows })
  const own: Issue[] = []
  for (const field of request.rows) {
    const group = groupOfField(field, common.groups, { isTime: false, masks })
    if (group !== null && 'issue' in group) own.push(group.issue)
  }
  const entry = bindEntry(input, { filters: common.filters, issues: own })
  const activityEvent = eventName(input.activity?.event, { path: ['activity', 'event'], filters: common.filters, issues: own })
  const activityWhere = common.filters.bind(input.activity?.where, ['activity', 'where'])
  own.push(...shapeIssues(input))
  const rows = visible(request.rows, { masks, issues: own })
  const periods = visible(request.periods, { masks, issues: own })
  const mean = visible(request.mean ?? [], { masks, issues: own })
  const meanPeriods = visible(request.meanPeriods, { masks, issues: own })
  const selected = bindPeriodFields([...periods.fields, ...meanPeriods.fields], { filters: common.filters, issues: own })
  const { question } = common
  const meanCost = costMeasureOf(mean, meanPeriods)
  const costMeasure = costMeasureOf(rows, periods) ?? meanCost
  const costs = bindCostDays({
    input: input.range,
    range: question?.range ?? null,
    timeZone: question?.timeZone ?? null,
    zoneName: input.timeZone,
    groupBy: input.groupBy,
    filters: [{ filter: input.where, path: ['where'] }],
  })
  const obstacles = [...hoursObstacle(input.grain, ['grain']), ...costs.obstacles]
  const costIssues = costMeasure === null ? [] : obstacles.map((obstacle) => costIssue(obstacle, costMeasure))
  const issues = [...common.issues, ...own, ...costIssues, ...common.filters.allIssues()]
  if (issues.length > 0 || question === null) return { bound: null, issues }
  const bound: BoundCohorts = {
    kind: 'cohorts',
    ...question,
    ...entry,
    activity: activityCondition(activityEvent, activityWhere),
    grain: input.grain,
    periodKind: input.periodKind,
    periodUnit: input.periodUnit ?? input.grain,
    periods: input.brackets ? Math.max(...input.brackets.map(({ to }) => to)) + 1 : input.periods,
    brackets: input.brackets ?? null,
    isUnbounded: input.retention === 'UNBOUNDED',
    denominator: input.denominator,
    costDays: costMeasure === null ? null : costs.days,
    masked: new Set([rows, periods, mean, meanPeriods].flatMap(({ masked }) => masked)),
    wantsMean: request.mean !== null,
    wantsMeanCost: meanCost !== null,
    ...selected,
  }
  return { bound, issues }
}

type Collected = { readonly filters: FilterBinder; readonly issues: Issue[] }

type Entry = Pick<BoundCohorts, 'entry' | 'joins'>

/** The rows that can be the entry: those of an event, or those by which a segment is joined. */
function bindEntry({ entry }: CohortsInput, { filters, issues }: Collected): Entry {
  const path = ['entry']
  if (entry.kind === 'FIRST_EVENT') {
    if (typeof entry.segment === 'string') issues.push(issue('ENTRY_TAKES_NO_SEGMENT', [...path, 'segment'], { kind: entry.kind }))
    return { entry: entryCondition(eventName(entry.event, { path: [...path, 'event'], filters, issues })), joins: null }
  }
  if (typeof entry.event === 'string') issues.push(issue('ENTRY_EVENT_FIXED', [...path, 'event'], { kind: entry.kind, event: entry.event }))
  if (entry.kind === 'SEGMENT') return bindJoin(entry.segment, { filters, issues })
  if (typeof entry.segment === 'string') issues.push(issue('ENTRY_TAKES_NO_SEGMENT', [...path, 'segment'], { kind: entry.kind }))
  return { entry: entryCondition(entryEvents[entry.kind]), joins: null }
}

const NOBODY: Entry = { entry: { kind: 'never' }, joins: null }

/** A frozen segment is joined by what was known when it was frozen; the others go on being joined. */
function bindJoin(id: string | null | undefined, { filters, issues }: Collected): Entry {
  const path = ['entry', 'segment']
  if (typeof id !== 'string') {
    issues.push(issue('ENTRY_NEEDS_SEGMENT', path, {}))
    return NOBODY
  }
  const segment = filters.segment(id, path)
  if (segment === null) return NOBODY
  const joined = joinOf(segment.rule)
  if ('because' in joined) {
    issues.push(issue('SEGMENT_HAS_NO_JOIN', path, { name: segment.name, because: joined.because }))
    return NOBODY
  }
  const known = segment.isFrozen
    ? (['occurred_at', 'recorded_at'] as const).map((column): Condition => ({ kind: 'time', column, operator: '<', atMs: segment.atMs }))
    : []
  return { entry: all(segment.rows, ...known), joins: joined.join }
}

function eventName(name: string | null | undefined, { path, filters, issues }: Collected & { readonly path: readonly (string | number)[] }): string | null {
  if (typeof name !== 'string') return null
  filters.eventName(name, path)
  if (name === '') issues.push(issue('EVENT_NAME_EMPTY', path, {}))
  return name
}

type Visible = { readonly fields: readonly SelectedField[]; readonly masked: readonly string[] }

/** The fields that the asker may see, and the names of those answered with null. What cannot be null is an issue. */
function visible(fields: readonly SelectedField[], { masks, issues }: { readonly masks: Masks; readonly issues: Issue[] }): Visible {
  const isMasked = ({ name }: SelectedField) => hidesAny(masks, cohortPartsOf(name))
  const masked = fields.filter((field) => isMasked(field))
  for (const { name, path } of masked) if (COHORT_NEVER_NULL.has(name)) issues.push(maskedIssue(name, path))
  return { fields: fields.filter((field) => !isMasked(field)), masked: masked.map(({ name }) => name) }
}

/** The first selected number that is made of costs. */
function costMeasureOf(rows: Visible, periods: Visible): 'cost' | 'roas' | null {
  if (rows.fields.some(({ name }) => name === 'cost')) return 'cost'
  return periods.fields.some(({ name }) => name === 'roas') ? 'roas' : null
}

type Wanted = Pick<BoundCohorts, 'wantsUsers' | 'wantsRevenue' | 'wantsPayers' | 'wantsPurchases' | 'eventCounts'>

function bindPeriodFields(fields: readonly SelectedField[], { filters, issues }: Collected): Wanted {
  const names = new Set<string>()
  const eventCounts = new Set<string | null>()
  for (const field of fields) {
    names.add(field.name)
    if (field.name === 'retentionInterval') {
      const level = field.args['level']
      if (typeof level === 'number' && !(level > 0 && level < 1)) issues.push(issue('INTERVAL_LEVEL_OUT_OF_BOUNDS', [...field.path, 'level'], { level }))
    }
    if (field.name === 'events') {
      const name = field.args['name']
      eventCounts.add(eventName(typeof name === 'string' ? name : null, { path: [...field.path, 'name'], filters, issues }))
    }
  }
  if (eventCounts.size > limits.measures)
    issues.push(issue('TOO_MANY_MEASURES', ['rows', 'periods'], { measures: eventCounts.size, maxMeasures: limits.measures }))
  const wants = (...wanted: readonly string[]) => wanted.some((name) => names.has(name))
  return {
    wantsUsers: wants('users', 'retention', 'retentionInterval'),
    wantsRevenue: wants('revenue', 'cumulativeRevenue', 'arpu', 'ltv', 'roas'),
    wantsPayers: wants('payers'),
    wantsPurchases: wants('purchases'),
    eventCounts: [...eventCounts],
  }
}
