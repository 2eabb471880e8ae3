import { referenceFunnel, secondsBetween, type FunnelRow } from './funnel.ts'
import type { FunnelQuestion } from './question.ts'
import type { World } from './world.ts'

export type FunnelAsked = { readonly world: World; readonly tenantId: string; readonly input: FunnelQuestion; readonly now: number; readonly asOf: number }
export type ShownFunnelRow = Pick<FunnelRow, 'time' | 'labels'> & {
  /** A number of each step, by the name of its field. */
  readonly steps: readonly ((name: string) => string | number | null)[]
}

/** The rows of `funnel` with their numbers by field. */
export function answerFunnel(asked: FunnelAsked): {
  readonly rows: readonly ShownFunnelRow[]
  readonly isTruncated: boolean
  readonly allRows: readonly ShownFunnelRow[]
} {
  const answer = referenceFunnel(asked)
  const show = (row: FunnelRow): ShownFunnelRow => ({
    ...row,
    steps: asked.input.steps.map((_, i) => (name) => showStep(name, { row, i, input: asked.input })),
  })
  return { rows: answer.rows.map(show), isTruncated: answer.isTruncated, allRows: answer.allRows.map(show) }
}

function showStep(name: string, { row, i, input }: { row: FunnelRow; i: number; input: FunnelQuestion }): string | number | null {
  const users = (step: number) => row.reached[step]?.length ?? 0
  const seconds = (from: number, tenths: number) => (i === 0 ? null : secondsBetween(row.reached[i] ?? [], { from, to: i, tenths }))
  switch (name) {
    case 'index':
      return i
    case 'event':
      return input.steps[i]?.event ?? ''
    case 'users':
      return String(users(i))
    case 'dropOff':
      return String(i === input.steps.length - 1 ? 0 : users(i) - users(i + 1))
    case 'conversion':
      return users(0) === 0 ? null : users(i) / users(0)
    case 'conversionFromPrevious':
      return i === 0 || users(i - 1) === 0 ? null : users(i) / users(i - 1)
    case 'medianSeconds':
      return seconds(i - 1, 5)
    case 'p90Seconds':
      return seconds(i - 1, 9)
    case 'medianSecondsFromFirst':
      return seconds(0, 5)
    default:
      throw new Error(`The reference has no number ${name} of a step.`)
  }
}
