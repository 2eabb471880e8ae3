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
export type CostObstacle = { readonly path: Path } & (
  | { readonly kind: 'dimension'; readonly name: string }
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
  readonly groupBy: readonly GroupByInput[]
  readonly filters: readonly { readonly filter: FilterInput | null | undefined; readonly path: Path }[]
}

export function bindCostDays({ input, range, timeZone, groupBy, filters }: Asked): CostDays {
  const obstacles = [...groupBy.slice(0, limits.groups).flatMap(groupObstacles), ...filters.flatMap(({ filter, path }) => filterObstacles(filter, path))]
  if (range === null || timeZone === null) return { days: null, obstacles }
  const days = input.includeCurrent ? null : wholeDays(range, timeZone)
  if (days !== null) return { days: obstacles.length === 0 ? days : null, obstacles }
  const what = input.includeCurrent ? 'the range ends now' : `the range does not begin and end with a day of ${timeZone}`
  return { days: null, obstacles: [{ kind: 'days', path: ['range'], what }, ...obstacles] }
}

/** `what` is the name of the number that needs costs. */
export const costIssue = (obstacle: CostObstacle, what: string): Issue =>
  obstacle.kind === 'dimension'
    ? issue('DIMENSION_NOT_AVAILABLE', obstacle.path, { measure: what, name: obstacle.name, available: available.map(({ field }) => field) })
    : issue('COST_NEEDS_WHOLE_DAYS', obstacle.path, { measure: what, what: obstacle.what })

const available = dimensions.filter((dimension) => dimension.hasCosts)

export const hoursObstacle = (unit: TimeUnit, path: Path): readonly CostObstacle[] =>
  unit === 'HOUR' ? [{ kind: 'days', path, what: 'hours are no days' }] : []

function groupObstacles(group: GroupByInput, at: number): readonly CostObstacle[] {
  const path = ['groupBy', at]
  if (group.time) return hoursObstacle(group.time, [...path, 'time'])
  if (group.dimension) {
    const { field, hasCosts } = dimensionNamed(group.dimension)
    return hasCosts ? [] : [{ kind: 'dimension', path: [...path, 'dimension'], name: field }]
  }
  return typeof group.property === 'string' ? [{ kind: 'dimension', path: [...path, 'property'], name: group.property }] : []
}

/** Every mention of what does not apply to costs counts, whatever it asks. Nested deeper than a filter may be is an issue of its own. */
export function filterObstacles(
  filter: FilterInput | null | undefined,
  path: Path,
  applies = (dimension: DimensionDefinition): boolean => dimension.hasCosts,
  depth = 1,
): readonly CostObstacle[] {
  if (!filter || depth > limits.filterDepth) return []
  const below = (['and', 'or'] as const).flatMap((member) =>
    (filter[member] ?? []).slice(0, limits.filterConditions).flatMap((each, i) => filterObstacles(each, [...path, member, i], applies, depth + 1)),
  )
  const own = dimensions.filter((dimension) => !applies(dimension) && filter[dimension.field])
  return [
    ...below,
    ...filterObstacles(filter.not, [...path, 'not'], applies, depth + 1),
    ...own.map(({ field }): CostObstacle => ({ kind: 'dimension', path: [...path, field], name: field })),
    ...(filter.property ? [{ kind: 'dimension' as const, path: [...path, 'property'], name: filter.property.name }] : []),
  ]
}
