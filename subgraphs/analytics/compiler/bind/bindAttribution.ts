import type { Issue } from '#ops/service/issues.ts'
import { conversionCondition, creditPartsOf, LOOKBACK_DAYS, touchDimensions } from '../../model/attribution.ts'
import { all } from '../../model/condition.ts'
import { dimensionNamed } from '../../model/dimensions.ts'
import { limits } from '../../model/limits.ts'
import { DAY_MS } from '../../model/timeUnits.ts'
import { creditedBy, creditKey, creditModel } from '../attributionKey.ts'
import type { BoundAttribution, BoundCredit } from '../bound.ts'
import type { CompileContext } from '../compile.ts'
import { issue } from '../issues.ts'
import type { AttributionInput, AttributionRequest, SelectedField } from '../request.ts'
import { bindCommon } from './bindCommon.ts'
import { bindCostDays, costIssue, filterObstacles, type Applying, type CostObstacle } from './costs.ts'
import type { FilterBinder } from './filter.ts'
import { groupOfField } from './groups.ts'
import { bindJourneys } from './bindJourneys.ts'
import { hidesAny } from './masks.ts'

export function bindAttribution(
  request: AttributionRequest,
  context: CompileContext,
): { readonly bound: BoundAttribution | null; readonly issues: readonly Issue[] } {
  const { input } = request
  const common = bindCommon(input, { context, allowsTime: false, maxRows: limits.rows })
  const { masks } = context
  const selected = [...(request.rows ?? []), ...(request.totals ?? [])]
  const isMasked = ({ name }: SelectedField) => hidesAny(masks, creditPartsOf(name))
  const fields = selected.filter((field) => !isMasked(field))
  const groupIssues = selected.flatMap((field) => {
    const group = groupOfField(field, common.groups, { isTime: false, masks })
    return group !== null && 'issue' in group ? [group.issue] : []
  })
  const credits = bindCredits(fields)
  const filters = bindFilters(input, common.filters)
  const costs = costsOf(input, { common, fields })
  const journeys = bindJourneys({ fields: fields.filter(({ name }) => creditedBy(name) !== null), groups: common.groups, whereTouch: filters.whereTouch })
  const issues = [
    ...common.issues,
    ...touchGroupIssues(input),
    ...groupIssues,
    ...credits.issues,
    ...journeys.issues,
    ...filters.issues,
    ...lookbackIssues(input),
    ...costs.issues,
    ...common.filters.allIssues(),
  ]
  if (issues.length > 0 || common.question === null) return { bound: null, issues }
  const { clickDays, viewDays } = lookbackOf(input)
  const asks = (...names: readonly string[]) => fields.some((field) => names.includes(field.name))
  const bound: BoundAttribution = {
    kind: 'attribution',
    ...common.question,
    conversion: conversionCondition(input.conversion.event, common.question.where, filters.conversionWhere),
    // Of the conversions' filters only those are left here that costs can be filtered by.
    costWhere: all(common.question.where, filters.conversionWhere, filters.whereTouch),
    whereTouch: filters.whereTouch,
    clickMs: clickDays * DAY_MS,
    viewMs: viewDays * DAY_MS,
    credits: credits.credits,
    journeys: journeys.journeys,
    masked: new Set(selected.filter(isMasked).map(({ name }) => name)),
    // Rows that are there for their costs alone would tell of them.
    costDays: masks.includes('cost') ? null : costs.days,
    wantsTouchpoints: asks('touchpoints'),
    wantsAssists: asks('assists'),
    wantsCost: asks(...COST_FIELDS),
    wantsRows: request.rows !== null || request.asksTruncation,
    wantsTotals: request.totals !== null,
  }
  return { bound, issues }
}

const COST_FIELDS: readonly string[] = ['cost', 'roas', 'cpa']
/** Each credited number once, however often it is asked for. */
function bindCredits(fields: readonly SelectedField[]): { readonly credits: readonly BoundCredit[]; readonly issues: readonly Issue[] } {
  const issues: Issue[] = []
  const credits = new Map<string, BoundCredit>()
  for (const { name, args, path } of fields) {
    const of = creditedBy(name)
    if (of === null) continue
    issues.push(...argumentIssues(args, path))
    const model = creditModel(args)
    if (model !== null && name !== 'conversionsInterval') credits.set(creditKey(of, args), { key: creditKey(of, args), of, model })
  }
  if (credits.size > limits.measures) issues.push(issue('TOO_MANY_MEASURES', ['rows'], { measures: credits.size, maxMeasures: limits.measures }))
  const halfLives = new Set([...credits.values()].flatMap(({ model }) => (model.kind === 'TIME_DECAY' ? [model.halfLifeDays] : [])))
  if (halfLives.size > limits.halfLives) issues.push(issue('TOO_MANY_HALF_LIVES', ['rows'], { halfLives: halfLives.size, maxHalfLives: limits.halfLives }))
  return { credits: [...credits.values()], issues }
}

function argumentIssues(args: Readonly<Record<string, unknown>>, path: readonly string[]): readonly Issue[] {
  const issues: Issue[] = []
  const model = String(args['model'])
  const halfLifeDays = args['halfLifeDays']
  const order = args['order']
  if (typeof halfLifeDays === 'number' && model !== 'TIME_DECAY')
    issues.push(issue('ARGUMENT_OF_ANOTHER_MODEL', [...path, 'halfLifeDays'], { argument: 'halfLifeDays', model, takenBy: 'TIME_DECAY' }))
  else if (typeof halfLifeDays === 'number' && !(halfLifeDays > 0)) issues.push(issue('HALF_LIFE_NOT_POSITIVE', [...path, 'halfLifeDays'], { halfLifeDays }))
  if (typeof order === 'number' && model !== 'MARKOV')
    issues.push(issue('ARGUMENT_OF_ANOTHER_MODEL', [...path, 'order'], { argument: 'order', model, takenBy: 'MARKOV' }))
  return issues
}

function bindFilters(input: AttributionInput, filters: FilterBinder) {
  const path = ['conversion', 'event']
  filters.eventName(input.conversion.event, path)
  return {
    conversionWhere: filters.bind(input.conversion.where, ['conversion', 'where']),
    whereTouch: filters.bind(input.whereTouch, ['whereTouch']),
    issues: input.conversion.event === '' ? [issue('EVENT_NAME_EMPTY', path, {})] : [],
  }
}

/** What a touch does not have cannot be grouped by. */
function touchGroupIssues({ groupBy }: AttributionInput): readonly Issue[] {
  return groupBy.slice(0, limits.groups).flatMap(({ dimension }, i) => {
    if (!dimension || touchDimensions.includes(dimension)) return []
    return [issue('NOT_OF_A_TOUCH', ['groupBy', i, 'dimension'], { name: dimension, available: touchDimensions })]
  })
}

const lookbackOf = ({ lookback }: AttributionInput) => lookback ?? { clickDays: LOOKBACK_DAYS.click, viewDays: LOOKBACK_DAYS.view }

function lookbackIssues(input: AttributionInput): readonly Issue[] {
  const lookback = lookbackOf(input)
  return (['clickDays', 'viewDays'] as const).flatMap((member) => {
    const days = lookback[member]
    return days >= 0 && days <= LOOKBACK_DAYS.most ? [] : [issue('LOOKBACK_OUT_OF_BOUNDS', ['lookback', member], { days, maxDays: LOOKBACK_DAYS.most })]
  })
}

type Asked = { readonly common: ReturnType<typeof bindCommon>; readonly fields: readonly SelectedField[] }

/** The days whose costs stand beside the credit; null when the question has what costs have not, which is an issue once a number needs them. */
function costsOf(input: AttributionInput, { common, fields }: Asked): { readonly days: BoundAttribution['costDays']; readonly issues: readonly Issue[] } {
  const { days, obstacles } = bindCostDays({
    input: input.range,
    range: common.question?.range ?? null,
    timeZone: common.question?.timeZone ?? null,
    zoneName: input.timeZone,
    groupBy: input.groupBy,
    filters: [{ filter: input.whereTouch, path: ['whereTouch'] }],
  })
  const all = [...obstacles, ...conversionObstacles(input)]
  const first = fields.find((field) => COST_FIELDS.includes(field.name))
  return { days: all.length === 0 ? days : null, issues: first === undefined ? [] : all.map((obstacle) => costIssue(obstacle, first.name)) }
}

/** Costs are not of conversions: of their filters only what says where both were applies to costs too. */
const OF_BOTH: ReadonlySet<string> = new Set((['APP', 'PLATFORM', 'COUNTRY'] as const).map((name) => dimensionNamed(name).field))

function conversionObstacles({ where, conversion }: AttributionInput): readonly CostObstacle[] {
  const applying: Applying = { applies: ({ field }) => OF_BOTH.has(field), hint: 'filter touches with whereTouch' }
  return [...filterObstacles(where, ['where'], applying), ...filterObstacles(conversion.where, ['conversion', 'where'], applying)]
}
