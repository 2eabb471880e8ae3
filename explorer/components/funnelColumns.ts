import { bucketTitle, formatBucket, formatDuration, formatFigure } from '../design/format.ts'
import type { Figure } from '../operations/answer.ts'
import type { FunnelAnswer, FunnelRow, FunnelStepFigures } from '../operations/useFunnelAnswer.ts'
import type { Definition } from '../operations/useCatalog.ts'
import { groupTitle, type GroupValue } from '../query/dimensions.ts'
import { stepName } from '../query/funnelQuery.ts'
import type { Column } from './table.ts'

/** One step of one group, as the table shows it. */
export type StepRow = { readonly group: GroupValue | null; readonly index: number; readonly figures: FunnelStepFigures }

export const stepRows = ({ rows }: FunnelAnswer): readonly StepRow[] =>
  rows.flatMap(({ group, steps }) => steps.map((figures, index) => ({ group, index, figures })))

/** A field of FunnelStepResult in the schema's own words. */
type Define = (name: keyof FunnelStepFigures, shown: { readonly title: string; readonly type: string; readonly unit: string | null }) => Definition

const formats: Readonly<Record<keyof FunnelStepFigures, { readonly title: string; readonly type: string; readonly unit: string }>> = {
  users: { title: 'Users', type: 'BigInt', unit: 'users' },
  conversion: { title: 'Conversion', type: 'Float', unit: 'share' },
  conversionFromPrevious: { title: 'From previous', type: 'Float', unit: 'share' },
  dropOff: { title: 'Drop-off', type: 'BigInt', unit: 'users' },
  medianSeconds: { title: 'Median time', type: 'Float', unit: 'seconds' },
  p90Seconds: { title: '90th percentile', type: 'Float', unit: 'seconds' },
  medianSecondsFromFirst: { title: 'Median from first', type: 'Float', unit: 'seconds' },
}
const shownOfSteps: readonly (keyof FunnelStepFigures)[] = [
  'users',
  'conversion',
  'conversionFromPrevious',
  'dropOff',
  'medianSeconds',
  'p90Seconds',
  'medianSecondsFromFirst',
]

function formatStep(name: keyof FunnelStepFigures, figure: Figure | undefined): string {
  const { type, unit } = formats[name]
  return unit === 'seconds' ? formatDuration(figure) : formatFigure(figure, { type, unit, currency: 'USD' })
}

/** The columns of a funnel: the group, the step, then what became of it. Times are exported in seconds. */
export function stepColumns({ question }: FunnelAnswer, define: Define): readonly Column<StepRow>[] {
  const { breakdown } = question
  return [
    ...(breakdown === null ? [] : [{ key: 'group', title: groupTitle(breakdown), kind: 'text' as const, value: (row: StepRow) => row.group?.label ?? null }]),
    { key: 'step', title: 'Step', kind: 'text', value: (row) => stepName(question, row.index) },
    ...shownOfSteps.map((name): Column<StepRow> => ({
      key: name,
      title: formats[name].title,
      definition: define(name, formats[name]),
      kind: 'number',
      value: (row) => row.figures[name],
      text: (row) => formatStep(name, row.figures[name]),
    })),
  ]
}

/** The columns of a trend: the time, the group, the users and the conversion of each step, and how long the whole way took. */
export function trendColumns({ question }: FunnelAnswer, define: Define): readonly Column<FunnelRow>[] {
  const { breakdown, grain, timeZone, steps } = question
  const cell = (name: keyof FunnelStepFigures, index: number, title: string): Column<FunnelRow> => ({
    key: `${name} ${index}`,
    title,
    definition: define(name, { ...formats[name], title }),
    kind: 'number',
    value: (row) => row.steps[index]?.[name] ?? null,
    text: (row) => formatStep(name, row.steps[index]?.[name]),
  })
  return [
    {
      key: 'time',
      title: bucketTitle(grain),
      kind: 'text',
      value: (row) => row.bucket?.start ?? null,
      text: ({ bucket }) => (bucket === null ? '–' : `${formatBucket(bucket.start, grain, timeZone, 'bare')}${bucket.isPartial ? ' (not complete)' : ''}`),
    },
    ...(breakdown === null ? [] : [{ key: 'group', title: groupTitle(breakdown), kind: 'text' as const, value: (row: FunnelRow) => row.group?.label ?? null }]),
    ...steps.flatMap((_step, index) => [
      cell('users', index, stepName(question, index)),
      ...(index === 0 ? [] : [cell('conversion', index, `Conversion to ${stepName(question, index)}`)]),
    ]),
    cell('medianSecondsFromFirst', steps.length - 1, 'Median to the last'),
  ]
}
