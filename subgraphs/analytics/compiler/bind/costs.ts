import type { Issue } from '#ops/service/issues.ts'
import { dimensionNamed, dimensions, type DimensionDefinition } from '../../model/dimensions.ts'
import { limits } from '../../model/limits.ts'
import type { TimeUnit } from '../../model/timeUnits.ts'
import { issue } from '../issues.ts'
import { wholeDays, type DayRange } from '../localTime.ts'
import type { FilterInput, GroupByInput, RangeInput } from '../request.ts'
import type { TimeRange } from './range.ts'

type Path = readonly (string | number)[]
/** What keeps a question from being answered with costs; said when a number is asked for that needs them. */
export type CostObstacle = { readonly path: Path } &
  /** `available` are the names that would do in its place; `hint` says what else to do, as a clause, or is empty. */
  (
    | { readonly kind: 'dimension'; readonly name: string; readonly available: readonly string[]; readonly hint: string }
    /** `what` ends the sentence 'Costs are known by whole days, and …'. */
    | { readonly kind: 'days'; readonly what: string }
  )

/** The days whose costs belong to the question, or why none can. Obstacles of groups and filters are told also when the range is unknown. */
export type CostDays = { readonly days: DayRange | null; readonly obstacles: readonly CostObstacle[] }

type Asked = {
  readonly input: RangeInput
  /** null when the range or the time zone is an issue of its own. */
  readonly range: TimeRange | null
  readonly timeZone: string | null
  /** The time zone as it was asked for. */
  readonly zoneName: string
  readonly groupBy: readonly GroupByInput[]
  readonly filters: readonly { readonly filter: FilterInput | null | undefined; readonly path: Path }[]
}

export function bindCostDays({ input, range, timeZone, zoneName, groupBy, filters }: Asked): CostDays {
  const obstacles = [...groupBy.slice(0, limits.groups).flatMap(groupObstacles), ...filters.flatMap(({ filter, path }) => filterObstacles(filter, path))]
  if (range === null || timeZone === null) return { days: null, obstacles }
  const days = input.includeCurrent ? null : wholeDays(range, timeZone)
  if (days !== null) return { days: obstacles.length === 0 ? days : null, obstacles }
  const what = input.includeCurrent ? 'the range ends now' : `the range does not begin and end with a day of ${zoneName}`
  return { days: null, obstacles: [{ kind: 'days', path: ['range'], what }, ...obstacles] }
}

/** `what` is the name of the number that needs costs. */
export const costIssue = (obstacle: CostObstacle, what: string): Issue =>
  obstacle.kind === 'dimension'
    ? issue('DIMENSION_NOT_AVAILABLE', obstacle.path, { measure: what, name: obstacle.name, available: obstacle.available, hint: obstacle.hint })
    : issue('COST_NEEDS_WHOLE_DAYS', obstacle.path, { measure: what, what: obstacle.what })

const ofCosts: Applying = { applies: (dimension) => dimension.hasCosts, hint: '' }
/** Which dimensions apply to costs where a filter stands, and what to do instead of filtering by another. */
export type Applying = { readonly applies: (dimension: DimensionDefinition) => boolean; readonly hint: string }

const unavailable = (name: string, path: Path, { applies, hint }: Applying = ofCosts): CostObstacle => ({
  kind: 'dimension',
  path,
  name,
  available: dimensions.filter(applies).map(({ field }) => field),
  hint,
})

export const hoursObstacle = (unit: TimeUnit, path: Path): readonly CostObstacle[] =>
  unit === 'HOUR' ? [{ kind: 'days', path, what: 'hours are no days' }] : []

function groupObstacles(group: GroupByInput, at: number): readonly CostObstacle[] {
  const path = ['groupBy', at]
  if (group.time) return hoursObstacle(group.time, [...path, 'time'])
  if (group.dimension) {
    const { field, hasCosts } = dimensionNamed(group.dimension)
    return hasCosts ? [] : [unavailable(field, [...path, 'dimension'])]
  }
  if (typeof group.segment === 'string') return [unavailable('segment', [...path, 'segment'])]
  return typeof group.property === 'string' ? [unavailable(group.property, [...path, 'property'])] : []
}

/** Every mention of what does not apply to costs counts, whatever it asks. Nested deeper than a filter may be is an issue of its own. */
export function filterObstacles(filter: FilterInput | null | undefined, path: Path, applying: Applying = ofCosts, depth = 1): readonly CostObstacle[] {
  if (!filter || depth > limits.filterDepth) return []
  const below = (['and', 'or'] as const).flatMap((member) =>
    (filter[member] ?? []).slice(0, limits.filterConditions).flatMap((each, i) => filterObstacles(each, [...path, member, i], applying, depth + 1)),
  )
  const own = dimensions.filter((dimension) => !applying.applies(dimension) && filter[dimension.field])
  return [
    ...below,
    ...filterObstacles(filter.not, [...path, 'not'], applying, depth + 1),
    ...own.map(({ field }) => unavailable(field, [...path, field], applying)),
    ...(typeof filter.segment === 'string' ? [unavailable('segment', [...path, 'segment'], applying)] : []),
    ...(filter.property ? [unavailable(filter.property.name, [...path, 'property'], applying)] : []),
  ]
}
