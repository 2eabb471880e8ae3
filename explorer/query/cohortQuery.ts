import type { CohortsInput, Denominator, EntryKind, PeriodKind, RetentionKind, TimeUnit } from '../operations/generated/graphql.ts'
import { escapePart, integerOf, textOf, textsOf, unescapePart, wordOf, type Codec } from './codec.ts'
import { groupInput, printGroup, readGroup, type Group } from './dimensions.ts'
import { filterInput, printConditions, readConditions, type Condition } from './filter.ts'
import { lastOf, printRange, rangeInput, readRange, type Range } from './range.ts'
import { isTimeZone } from './zonedDay.ts'

export type CohortEntryKind = Exclude<EntryKind, 'SEGMENT'>
export type CohortGrain = Extract<TimeUnit, 'DAY' | 'WEEK' | 'MONTH'>
/** What a cell shows. */
export type CohortMeasure = 'retention' | 'users' | 'revenue' | 'ltv' | 'roas'
export type CohortView = 'heatmap' | 'curve'

/** What the cohorts page asks. */
export type CohortQuery = {
  readonly entry: CohortEntryKind
  /** For FIRST_EVENT: its name; '' is any event that is no touch. */
  readonly entryEvent: string
  /** What counts as coming back; '' is any activity. */
  readonly activity: string
  readonly grain: CohortGrain
  readonly periods: number
  readonly range: Range
  readonly timeZone: string
  readonly breakdown: Group | null
  readonly where: readonly Condition[]
  readonly periodKind: PeriodKind
  readonly retention: RetentionKind
  readonly denominator: Denominator
  readonly show: CohortMeasure
  readonly view: CohortView
}

export const cohortEntries: readonly CohortEntryKind[] = ['INSTALL', 'SIGN_UP', 'FIRST_EVENT']
export const cohortGrains: readonly CohortGrain[] = ['DAY', 'WEEK', 'MONTH']
export const cohortMeasures: readonly CohortMeasure[] = ['retention', 'users', 'revenue', 'ltv', 'roas']
export const cohortViews: readonly CohortView[] = ['heatmap', 'curve']
export const periodKinds: readonly PeriodKind[] = ['ROLLING', 'CALENDAR']
export const retentionKinds: readonly RetentionKind[] = ['BOUNDED', 'UNBOUNDED']
export const denominators: readonly Denominator[] = ['ALL', 'MATURE']
export const maxPeriods = 60

/** The usual number of cohorts and periods of each grain. */
export const usual: Readonly<Record<CohortGrain, { readonly range: Range; readonly periods: number }>> = {
  DAY: { range: lastOf(14, 'DAY'), periods: 14 },
  WEEK: { range: lastOf(12, 'WEEK'), periods: 12 },
  MONTH: { range: lastOf(6, 'MONTH'), periods: 6 },
}

export const defaultCohorts: CohortQuery = {
  entry: 'INSTALL',
  entryEvent: '',
  activity: '',
  grain: 'WEEK',
  ...usual.WEEK,
  timeZone: 'UTC',
  breakdown: null,
  where: [],
  periodKind: 'ROLLING',
  retention: 'BOUNDED',
  denominator: 'ALL',
  show: 'retention',
  view: 'heatmap',
}

/** A grain brings its usual range and number of periods, which are left out too. */
export const cohortCodec: Codec<CohortQuery> = {
  read(parameters) {
    const word = <Word extends string>(name: string, words: readonly Word[], fallback: Word): Word => wordOf(textOf(parameters, name), words, fallback)
    const grain = word('grain', cohortGrains, defaultCohorts.grain)
    const entry = word('entry', cohortEntries, defaultCohorts.entry)
    const timeZone = textOf(parameters, 'tz')
    return {
      entry,
      entryEvent: entry === 'FIRST_EVENT' ? unescapePart(textOf(parameters, 'event') ?? '') : '',
      activity: unescapePart(textOf(parameters, 'activity') ?? ''),
      grain,
      periods: integerOf(textOf(parameters, 'periods'), { min: 1, max: maxPeriods }, usual[grain].periods),
      range: readRange(textOf(parameters, 'range')) ?? usual[grain].range,
      timeZone: timeZone !== null && isTimeZone(timeZone) ? timeZone : defaultCohorts.timeZone,
      breakdown: readGroup(textOf(parameters, 'by')),
      where: readConditions(textsOf(parameters, 'where')),
      periodKind: word('kind', periodKinds, defaultCohorts.periodKind),
      retention: word('retention', retentionKinds, defaultCohorts.retention),
      denominator: word('of', denominators, defaultCohorts.denominator),
      show: word('show', cohortMeasures, defaultCohorts.show),
      view: word('view', cohortViews, defaultCohorts.view),
    }
  },
  write(query) {
    const unlessDefault = (name: string, value: string, fallback: string) => (value === fallback ? {} : { [name]: value.toLowerCase() })
    const where = printConditions(query.where)
    return {
      ...unlessDefault('entry', query.entry, defaultCohorts.entry),
      ...(query.entry !== 'FIRST_EVENT' || query.entryEvent === '' ? {} : { event: escapePart(query.entryEvent) }),
      ...(query.activity === '' ? {} : { activity: escapePart(query.activity) }),
      ...unlessDefault('grain', query.grain, defaultCohorts.grain),
      ...(query.periods === usual[query.grain].periods ? {} : { periods: String(query.periods) }),
      ...(printRange(query.range) === printRange(usual[query.grain].range) ? {} : { range: printRange(query.range) }),
      ...(query.timeZone === defaultCohorts.timeZone ? {} : { tz: query.timeZone }),
      ...(query.breakdown === null ? {} : { by: printGroup(query.breakdown) }),
      ...(where.length === 0 ? {} : { where }),
      ...unlessDefault('kind', query.periodKind, defaultCohorts.periodKind),
      ...unlessDefault('retention', query.retention, defaultCohorts.retention),
      ...unlessDefault('of', query.denominator, defaultCohorts.denominator),
      ...unlessDefault('show', query.show, defaultCohorts.show),
      ...unlessDefault('view', query.view, defaultCohorts.view),
    }
  },
}

/** As the API takes it; what is its default is left out. */
export function cohortsInput(query: CohortQuery): CohortsInput {
  const where = filterInput(query.where)
  return {
    entry: { kind: query.entry, ...(query.entryEvent === '' ? {} : { event: query.entryEvent }) },
    ...(query.activity === '' ? {} : { activity: { event: query.activity } }),
    grain: query.grain,
    periods: query.periods,
    range: rangeInput(query.range, query.timeZone),
    timeZone: query.timeZone,
    ...(query.breakdown === null ? {} : { groupBy: [groupInput(query.breakdown)] }),
    ...(where === undefined ? {} : { where }),
    ...(query.periodKind === 'ROLLING' ? {} : { periodKind: query.periodKind }),
    ...(query.retention === 'BOUNDED' ? {} : { retention: query.retention }),
    ...(query.denominator === 'ALL' ? {} : { denominator: query.denominator }),
  }
}

/** The fields of a period that a measure needs: what is shown, and how far it is observed. */
export const periodFields = (show: CohortMeasure): readonly string[] => ['index', show, ...(show === 'users' ? [] : ['users']), 'matureUsers', 'isPartial']
