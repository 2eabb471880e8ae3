import type { AggregateColumn, AnalyticsPlan, Arrange, Derived } from '../plan/nodes.ts'
import type { Pass } from './pass.ts'

/** Computes an aggregate once that several measures need, such as revenue for revenue and arpu. */
export const mergeAggregates: Pass = {
  name: 'mergeAggregates',
  run(plan: AnalyticsPlan): AnalyticsPlan {
    const { input, layout } = plan
    if (input.kind !== 'Divide' || layout.kind !== 'metrics') return plan
    const kept = new Map<string, AggregateColumn>()
    const renamed = new Map<string, string>()
    for (const column of input.input.columns) {
      const text = JSON.stringify([column.aggregate, column.window])
      const first = kept.get(text) ?? column
      kept.set(text, first)
      renamed.set(column.name, first.name)
    }
    if (kept.size === input.input.columns.length) return plan
    const nameOf = (name: string): string => renamed.get(name) ?? name
    return {
      ...plan,
      input: {
        ...input,
        input: { ...input.input, columns: [...kept.values()] },
        columns: input.columns.map((column) => renamedIn(column, nameOf)),
      },
      arrange: plan.arrange ? renamedArrange(plan.arrange, nameOf) : null,
      order: plan.order.map((ordering) => ({ ...ordering, name: nameOf(ordering.name) })),
      layout: { ...layout, measures: renamedAll(layout.measures, nameOf), totals: renamedAll(layout.totals, nameOf) },
    }
  },
}

type NameOf = (name: string) => string

const renamedAll = (names: ReadonlyMap<string, string>, nameOf: NameOf): ReadonlyMap<string, string> =>
  new Map([...names].map(([key, name]) => [key, nameOf(name)]))

const renamedArrange = (arrange: Arrange, nameOf: NameOf): Arrange => ({
  ...arrange,
  top: arrange.top === null ? null : { ...arrange.top, by: nameOf(arrange.top.by) },
  columns: arrange.columns.map((column) =>
    column.kind === 'share' ? { ...column, of: nameOf(column.of), ofTotal: nameOf(column.ofTotal) } : { ...column, of: nameOf(column.of) },
  ),
})

function renamedIn(column: Derived, nameOf: NameOf): Derived {
  if (column.as === 'whole') return { ...column, from: nameOf(column.from), less: nameOf(column.less) }
  const { numerator, less, denominator } = column
  return { ...column, numerator: nameOf(numerator), less: less === null ? null : nameOf(less), denominator: nameOf(denominator) }
}
