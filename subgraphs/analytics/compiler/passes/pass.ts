import type { AnalyticsPlan } from '../plan/nodes.ts'

/** A rewrite with one reason: less work for the same rows. It declines, giving back the plan it got, when it is not sure. */
export type Pass = { readonly name: string; readonly run: (plan: AnalyticsPlan) => AnalyticsPlan }
