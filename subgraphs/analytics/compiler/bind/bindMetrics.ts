import type { Issue } from '#ops/service/issues.ts'
import { limits } from '../../model/limits.ts'
import type { BoundMetrics } from '../bound.ts'
import type { CompileContext } from '../compile.ts'
import { bucketsOf, countOf } from '../gaps.ts'
import { issue } from '../issues.ts'
import type { MetricsRequest } from '../request.ts'
import { bindCommon, type BoundCommon } from './bindCommon.ts'
import { bindCostDays, costIssue } from './costs.ts'
import { MeasureBinder } from './measureBinder.ts'
import { bindWindows } from './windows.ts'

export function bindMetrics(request: MetricsRequest, context: CompileContext): { readonly bound: BoundMetrics | null; readonly issues: readonly Issue[] } {
  const { input } = request
  const common = bindCommon(input, { context, allowsTime: true, maxRows: limits.rows })
  const names = new MeasureBinder({ ...common, masks: context.masks })
  for (const field of request.rows ?? []) names.select(field)
  for (const field of request.totals ?? []) names.select(field, { isTotals: true })
  const order = input.orderBy.slice(0, limits.orderings).flatMap((by, i) => names.order(by, { path: ['orderBy', i], rows: request.rows ?? [] }))
  if (input.orderBy.length > limits.orderings)
    names.issues.push(issue('TOO_MANY_ORDERINGS', ['orderBy'], { orderings: input.orderBy.length, maxOrderings: limits.orderings }))
  const top = input.top ? names.top(input.top) : null
  if (names.measures.size > limits.measures)
    names.issues.push(issue('TOO_MANY_MEASURES', ['rows'], { measures: names.measures.size, maxMeasures: limits.measures }))
  const { question } = common
  const costs = bindCostDays({
    input: input.range,
    range: question?.range ?? null,
    timeZone: question?.timeZone ?? null,
    zoneName: input.timeZone,
    groupBy: input.groupBy,
    filters: [{ filter: input.where, path: ['where'] }],
  })
  const costMeasure = names.costMeasure
  const costIssues = costMeasure === null ? [] : costs.obstacles.map((obstacle) => costIssue(obstacle, costMeasure))
  const compared =
    question === null
      ? { windows: [], issues: [] }
      : bindWindows(names.times, {
          input: input.range,
          range: question.range,
          timeZone: question.timeZone,
          zoneName: input.timeZone,
          unit: question.groups.find((group) => group.kind === 'time')?.unit ?? null,
          hasCosts: costs.days !== null,
        })
  const gapIssues = question === null || !input.fillGaps ? [] : bindGaps(question)
  const issues = [...common.issues, ...names.issues, ...costIssues, ...compared.issues, ...gapIssues, ...common.filters.allIssues()]
  if (issues.length > 0 || question === null) return { bound: null, issues }
  const wantsRows = request.rows !== null || request.asksTruncation
  return {
    bound: {
      kind: 'metrics',
      ...question,
      measures: [...names.measures.values()],
      masked: names.masked,
      isApproximate: names.isApproximate,
      windows: compared.windows,
      // Rows that are there for their costs alone would tell of them.
      costDays: context.masks.includes('cost') ? null : costs.days,
      order,
      top,
      fillsGaps: input.fillGaps && question.groups.some((group) => group.kind === 'time'),
      wantsRows,
      wantsTotals: request.totals !== null,
    },
    issues,
  }
}

/** How many buckets are made is known before any is. */
function bindGaps({ groups, range, timeZone }: BoundCommon): readonly Issue[] {
  const unit = groups.find((group) => group.kind === 'time')?.unit ?? null
  const buckets = unit === null ? 0 : countOf(bucketsOf(range, unit, timeZone))
  return buckets > limits.filledBuckets ? [issue('TOO_MANY_BUCKETS', ['fillGaps'], { buckets, maxBuckets: limits.filledBuckets })] : []
}
