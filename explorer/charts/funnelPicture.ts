import { formatDuration, formatFigure, formatTick } from '../design/format.ts'
import { numberOf } from '../operations/answer.ts'
import type { FunnelAnswer, FunnelRow, FunnelStepFigures } from '../operations/useFunnelAnswer.ts'
import { stepName } from '../query/funnelQuery.ts'
import type { FunnelBar, FunnelBarsPicture } from './funnelBars.ts'
import type { TimeSeries, TimeSeriesPicture } from './timeSeries.ts'

/** Groups that are drawn; the others are in the table. */
export const maxFunnels = 8
const share = { type: 'Float', unit: 'share', currency: 'USD' }
const count = { type: 'BigInt', unit: 'users', currency: 'USD' }

const everybody = 'Everybody'

/** The steps of the largest groups side by side. */
export function funnelPicture({ rows, question }: FunnelAnswer): FunnelBarsPicture {
  const last = question.steps.length - 1
  return {
    steps: question.steps.map((_step, index) => stepName(question, index)),
    series: rows
      .slice(0, maxFunnels)
      .map(({ group, steps }) => ({ name: group?.label ?? everybody, bars: steps.map((step, index) => barOf(step, index === last)) })),
  }
}

function barOf(step: FunnelStepFigures, isLast: boolean): FunnelBar {
  return {
    conversion: numberOf(step.conversion),
    share: formatFigure(step.conversion, share),
    users: formatFigure(step.users, count),
    dropOff: isLast ? null : formatFigure(step.dropOff, count),
    median: step.medianSeconds === null ? null : formatDuration(step.medianSeconds),
  }
}

/** The conversion over time: of each step after the first, or with a breakdown of the last step in each of the largest groups. */
export function funnelTrend({ rows, question }: FunnelAnswer): TimeSeriesPicture {
  const lastStep = question.steps.length - 1
  const groups = [...Map.groupBy(rows, (row) => row.group?.id ?? null).values()]
  const series =
    question.breakdown === null
      ? question.steps.slice(1).map((_step, index) => lineOf(rows, { name: stepName(question, index + 1), index: index + 1 }))
      : groups.slice(0, maxFunnels).map((own) => lineOf(own, { name: own[0]?.group?.label ?? everybody, index: lastStep }))
  return {
    kind: 'line',
    grain: question.grain,
    timeZone: question.timeZone,
    // Nobody began: there is nothing to tell a share of.
    emptyValue: null,
    beforeName: '',
    series,
    format: (value) => formatFigure(value, share),
    formatAxis: (value) => formatTick(value, { ...share, unit: 'share' }),
  }
}

function lineOf(rows: readonly FunnelRow[], { name, index }: { readonly name: string; readonly index: number }): TimeSeries {
  return {
    name,
    points: rows.flatMap(({ bucket, steps }) =>
      bucket === null ? [] : [{ start: bucket.start, value: numberOf(steps[index]?.conversion), isPartial: bucket.isPartial }],
    ),
  }
}

/** How many groups the answer has. */
export const groupsOf = ({ rows }: FunnelAnswer): number => new Set(rows.map((row) => row.group?.id ?? null)).size
