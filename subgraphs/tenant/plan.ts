import { planOf, type PlanName } from '#ops/service/plans.ts'
import { builder } from './builder.ts'
import type { UsedRow } from './rows.ts'

export const PlanRef = builder.objectRef<PlanName>('Plan').implement({
  description: 'What a tenant may use.',
  fields: (t) => ({
    name: t.string({ description: 'free, growth or enterprise.', resolve: (plan) => plan }),
    title: t.string({ description: 'What people call it.', resolve: (plan) => planOf(plan).title }),
    description: t.string({ description: 'Whom it is for.', resolve: (plan) => planOf(plan).description }),
  }),
})

const UsedRef = builder.objectRef<UsedRow>('QuotaUsage').implement({
  description: 'How much of one thing is used.',
  fields: (t) => ({
    used: t.field({ type: 'BigInt', description: 'How many there are, or were since the period began.', resolve: ({ used }) => used }),
    limit: t.field({
      type: 'BigInt',
      nullable: true,
      description: 'How many the plan allows; null without a limit. Above it: QUOTA_EXCEEDED.',
      resolve: ({ limit }) => limit,
    }),
    resetsAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the count begins anew; null for what is counted as it is.',
      resolve: ({ resetsAt }) => resetsAt,
    }),
  }),
})

export const UsageRef = builder.objectRef<PlanName>('TenantUsage').implement({
  description: 'How much of its plan a tenant has used.',
  fields: (t) => ({
    events: t.field({
      type: UsedRef,
      nullable: true,
      description: 'Events accepted in this calendar month in UTC; duplicates and rejected ones do not count.',
      resolve: (plan, _arguments, { usage }) => usage.metered('events', plan),
    }),
    queries: t.field({
      type: UsedRef,
      nullable: true,
      description: 'Analyses asked today in UTC, a few seconds late.',
      resolve: (plan, _arguments, { usage }) => usage.metered('queries', plan),
    }),
    members: t.field({
      type: UsedRef,
      nullable: true,
      description: 'Members, and invitations that wait.',
      resolve: (plan, _arguments, { usage }) => usage.counted('members', plan),
    }),
    keys: t.field({
      type: UsedRef,
      nullable: true,
      description: 'Keys that are neither revoked nor expired.',
      resolve: (plan, _arguments, { usage }) => usage.counted('keys', plan),
    }),
    apps: t.field({ type: UsedRef, nullable: true, description: 'Apps.', resolve: (plan, _arguments, { usage }) => usage.counted('apps', plan) }),
  }),
})
