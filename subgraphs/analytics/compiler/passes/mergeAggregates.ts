import type { AggregateColumn, AnalyticsPlan } from '../plan/nodes.ts'
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
        columns: input.columns.map((column) => ({
          ...column,
          numerator: nameOf(column.numerator),
          less: column.less === null ? null : nameOf(column.less),
          denominator: nameOf(column.denominator),
        })),
      },
      order: plan.order.map((ordering) => ({ ...ordering, name: nameOf(ordering.name) })),
      layout: { ...layout, measures: new Map([...layout.measures].map(([key, name]) => [key, nameOf(name)])) },
    }
  },
}
