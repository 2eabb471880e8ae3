import { describe, expect, it } from 'vitest'
import { readFunnel } from '../operations/useFunnelAnswer.ts'
import type { FunnelAnswer } from '../operations/useFunnelAnswer.ts'
import { defaultFunnel, type FunnelQuery } from '../query/funnelQuery.ts'
import { stepColumns, stepRows, trendColumns } from './funnelColumns.ts'
import { textOfCell } from './table.ts'

const steps = [
  { users: '20', conversion: 1, conversionFromPrevious: null, dropOff: '5', medianSeconds: null, p90Seconds: null, medianSecondsFromFirst: null },
  { users: '15', conversion: 0.75, conversionFromPrevious: 0.75, dropOff: '0', medianSeconds: 42, p90Seconds: 7_200, medianSecondsFromFirst: 42 },
]
const time = { start: '2026-03-02T00:00:00.000Z', end: '2026-03-03T00:00:00.000Z', isPartial: true }
const define = (name: string, { title }: { readonly title: string }) => ({ name, title, description: '', source: null, type: '', unit: null })

function answerOf(part: Partial<FunnelQuery>, row: object): FunnelAnswer {
  const question: FunnelQuery = { ...defaultFunnel, steps: defaultFunnel.steps.slice(0, 2), ...part }
  const answer = readFunnel({ funnel: { rows: [{ steps, ...row }], info: {} } }, question)
  if (answer === null) throw new Error('There is an answer.')
  return answer
}

describe('the table of a funnel', () => {
  it('has a row for each step of each group, times in words and exported in seconds', () => {
    const answer = answerOf({ breakdown: { kind: 'dimension', field: 'country' } }, { country: 'DE' })
    const [columns, rows] = [stepColumns(answer, define), stepRows(answer)]
    expect(rows.map((row) => columns.map((column) => textOfCell(column, row)))).toEqual([
      ['DE', '1. install', '20', '100.0%', '–', '5', '–', '–', '–'],
      ['DE', '2. sign_up', '15', '75.0%', '75.0%', '0', '42 s', '2.0 h', '42 s'],
    ])
    expect(rows[1] === undefined ? null : columns.at(-2)?.value(rows[1])).toBe(7_200)
  })

  it('over time has a row for each bucket, with the users and the conversion of each step', () => {
    const answer = answerOf({ view: 'trend' }, { time })
    const columns = trendColumns(answer, define)
    expect(columns.map(({ title }) => title)).toEqual(['Day', '1. install', '2. sign_up', 'Conversion to 2. sign_up', 'Median to the last'])
    expect(answer.rows.map((row) => columns.map((column) => textOfCell(column, row)))).toEqual([
      ['Mon, 2 Mar 2026 (not complete)', '20', '15', '75.0%', '42 s'],
    ])
  })
})
