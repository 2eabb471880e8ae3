import type { AnalyticsPlan, Arrange, Derived } from '../plan/nodes.ts'
import type { Pass } from './pass.ts'

/** Groups by nothing when only the totals are shown: the one row is the totals. */
export const totalsAlone: Pass = {
  name: 'totalsAlone',
  run(plan: AnalyticsPlan): AnalyticsPlan {
    const { input, layout } = plan
    if (!plan.showsRows && input.kind === 'DivideCredit' && layout.kind === 'attribution')
      return { ...plan, input: { ...input, input: { ...input.input, keys: [] }, hasTotals: false }, order: [], layout: { ...layout, groups: [] } }
    if (plan.showsRows || input.kind !== 'Divide' || layout.kind !== 'metrics' || input.input.keys.length === 0) return plan
    // The row that is left shows what totals show.
    const measures = new Map([...layout.measures, ...layout.totals])
    const shares = (plan.arrange?.columns ?? []).filter((column) => column.kind === 'share')
    const arrange: Arrange | null = shares.length === 0 ? null : { kind: 'Arrange', top: null, gaps: null, columns: shares }
    const used = new Set([...measures.values(), ...shares.map((column) => column.ofTotal)])
    const columns = input.columns.filter(({ name }) => used.has(name))
    for (const column of columns) for (const name of inputsOf(column)) used.add(name)
    const aggregate = { ...input.input, columns: input.input.columns.filter(({ name }) => used.has(name)), keys: [], hasTotals: false }
    return { ...plan, input: { ...input, input: aggregate, columns }, arrange, order: [], layout: { ...layout, groups: [], measures, totals: new Map() } }
  },
}

const inputsOf = (column: Derived): readonly string[] =>
  column.as === 'whole' ? [column.from, column.less] : [column.numerator, column.denominator, ...(column.less === null ? [] : [column.less])]
