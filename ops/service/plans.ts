/** What a tenant may use; null is without a limit. */
export type Quotas = {
  /** Events accepted in a calendar month in UTC; duplicates and rejected ones do not count. */
  readonly eventsPerMonth: number | null
  /** Analyses asked on a day in UTC. */
  readonly queriesPerDay: number | null
  /** Members and invitations that wait. */
  readonly members: number | null
  /** Keys that are neither revoked nor expired. */
  readonly keys: number | null
  readonly apps: number | null
}
export type Plan = Quotas & { readonly title: string; readonly description: string }

/** The plans there are. A tenant whose plan nobody chose has the one without limits. */
export const PLANS = {
  free: { title: 'Free', description: 'To try it with one app.', eventsPerMonth: 1_000_000, queriesPerDay: 1_000, members: 5, keys: 5, apps: 2 },
  growth: { title: 'Growth', description: 'For a team with a few apps.', eventsPerMonth: 100_000_000, queriesPerDay: 50_000, members: 50, keys: 50, apps: 20 },
  enterprise: { title: 'Enterprise', description: 'Without limits.', eventsPerMonth: null, queriesPerDay: null, members: null, keys: null, apps: null },
} as const satisfies Readonly<Record<string, Plan>>

export type PlanName = keyof typeof PLANS
export const PLAN_NAMES: readonly [PlanName, ...PlanName[]] = ['free', 'growth', 'enterprise']

export const planOf = (name: PlanName): Plan => PLANS[name]
