import type { TenantProvisioningStatus, TenantProvisioningStep } from '../operations/generated/graphql.ts'

/** One step of the making of a tenant, and how it stands. */
export type ShownStep = { readonly step: TenantProvisioningStep; readonly title: string; readonly state: 'done' | 'next' | 'waiting' }

const steps: readonly { readonly step: TenantProvisioningStep; readonly title: string }[] = [
  { step: 'RESERVED', title: 'Its name is taken' },
  { step: 'DATABASES', title: 'Both databases let it in' },
  { step: 'APP', title: 'It has its first app' },
  { step: 'OWNER', title: 'You are its owner' },
  { step: 'KEYS', title: 'Its first keys work' },
  { step: 'MAIL', title: 'You are written to' },
]

/** All steps in their order; while it is undone none is next. */
export function shownSteps(last: TenantProvisioningStep, status: TenantProvisioningStatus): readonly ShownStep[] {
  const at = steps.findIndex(({ step }) => step === last)
  return steps.map((each, index) => ({
    ...each,
    state: status === 'DONE' || index <= at ? 'done' : status === 'RUNNING' && index === at + 1 ? 'next' : 'waiting',
  }))
}

export const isOver = (status: TenantProvisioningStatus): boolean => status === 'DONE' || status === 'FAILED'

const maxSlug = 63

/** A short name that addresses can hold, from what people call it. */
export const slugOf = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, maxSlug)
    .replaceAll(/^-+|-+$/g, '')

export const isSlug = (text: string): boolean => text.length <= maxSlug && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(text)
