import type { Issue } from '#ops/service/issues.ts'
import { limits } from '../../model/limits.ts'
import { issue } from '../issues.ts'
import type { CohortsInput } from '../request.ts'

/** What is wrong with how many periods, brackets and rows are asked for. */
export function shapeIssues({ periods, brackets, limit }: CohortsInput): readonly Issue[] {
  const issues: Issue[] = []
  if (periods < 1) issues.push(issue('TOO_FEW_PERIODS', ['periods'], { periods }))
  if (periods > limits.periods) issues.push(issue('TOO_MANY_PERIODS', ['periods'], { periods, maxPeriods: limits.periods }))
  if (brackets) issues.push(...bracketIssues(brackets, periods))
  const shown = brackets?.length ?? periods
  const isEachAllowed = limit <= limits.cohortRows && shown <= (brackets ? limits.brackets : limits.periods)
  if (isEachAllowed && limit * shown > limits.cohortCells)
    issues.push(issue('TOO_MANY_CELLS', ['limit'], { limit, periods: shown, maxCells: limits.cohortCells }))
  return issues
}

function bracketIssues(brackets: NonNullable<CohortsInput['brackets']>, periods: number): readonly Issue[] {
  if (brackets.length === 0) return [issue('BRACKETS_EMPTY', ['brackets'], {})]
  if (brackets.length > limits.brackets) return [issue('TOO_MANY_BRACKETS', ['brackets'], { brackets: brackets.length, maxBrackets: limits.brackets })]
  return brackets.flatMap(({ from, to }, i): readonly Issue[] => {
    const path = ['brackets', i]
    return [
      ...(from < 0 ? [issue('BRACKET_BEFORE_ENTRY', [...path, 'from'], { from })] : []),
      ...(to < from ? [issue('BRACKET_NOT_FORWARD', [...path, 'to'], { from, to })] : []),
      ...(to >= periods && to >= from ? [issue('BRACKET_BEYOND_PERIODS', [...path, 'to'], { to, periods })] : []),
    ]
  })
}
