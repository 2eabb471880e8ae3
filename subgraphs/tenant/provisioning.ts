import { PROVISIONING_STATUSES, PROVISIONING_STEPS } from '#db/provisioning/provisioning.ts'
import type { FirstKey } from '#db/provisioning/requestTenant.ts'
import { builder } from './builder.ts'
import { InputCheck, isCurrency, isName, isSlug } from './input.ts'
import type { ProvisioningRow } from './provisioningStore.ts'
import { TenantRef } from './tenant.ts'

const STATUS_TEXTS = {
  running: 'It is being made.',
  done: 'It is there; switchTenant leads into it.',
  undoing: 'It cannot be made, and what there is of it is being taken away.',
  failed: 'It could not be made, and nothing of it is left.',
} as const
const STEP_TEXTS = {
  reserved: 'The name is taken.',
  databases: 'Both databases let the tenant in; those of its own are made where it has its own.',
  app: 'It has its first app.',
  owner: 'Whoever asked for it is its owner. From here on it is finished and never undone.',
  keys: 'Its first keys work.',
  mail: 'Its owner is written to.',
} as const

const StatusRef = builder.enumType('TenantProvisioningStatus', {
  description: 'How the making of a tenant stands.',
  values: Object.fromEntries(PROVISIONING_STATUSES.map((value) => [value.toUpperCase(), { value, description: STATUS_TEXTS[value] }])),
})
const StepRef = builder.enumType('TenantProvisioningStep', {
  description: 'The steps in which a tenant is made, in their order.',
  values: Object.fromEntries(PROVISIONING_STEPS.map((value) => [value.toUpperCase(), { value, description: STEP_TEXTS[value] }])),
})

const FirstKeyRef = builder.objectRef<FirstKey>('FirstKey').implement({
  description: 'A key that a new tenant begins with.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id that it will have.' }),
    kind: t.exposeString('kind', { description: 'api or ingest (for servers).' }),
    name: t.exposeString('name', { description: 'What it is called.' }),
    text: t.exposeString('text', { description: 'The text, shown here and never again. It works as soon as the tenant is made.' }),
  }),
})

const ProvisioningRef = builder.objectRef<ProvisioningRow>('TenantProvisioning').implement({
  description: 'The making of a tenant: it comes to its end, or nothing of it is left.',
  fields: (t) => ({
    id: t.id({ description: 'For tenantProvisioning; the id of the tenant too.', resolve: ({ tenantId }) => tenantId }),
    status: t.field({ type: StatusRef, description: 'How it stands.', resolve: ({ status }) => status }),
    step: t.field({ type: StepRef, description: 'The last step that is done; while it is undone, the one that is taken away.', resolve: ({ step }) => step }),
    problem: t.exposeString('problem', { nullable: true, description: 'Why it could not be made; null when it could.' }),
    tenant: t.field({
      type: TenantRef,
      nullable: true,
      description: 'The tenant, without its plan; null until it is made.',
      resolve: ({ status, tenantId: id, slug, name, reportingCurrency }) => (status === 'done' ? { id, slug, name, reportingCurrency, plan: null } : null),
    }),
    keys: t.field({
      type: [FirstKeyRef],
      nullable: true,
      description: 'The first keys with their texts, in the answer of createTenant alone; null when it is asked again.',
      resolve: ({ keys }) => keys && [...keys],
    }),
  }),
})

const CreateTenantInput = builder.inputType('CreateTenantInput', {
  description: 'A new tenant.',
  fields: (t) => ({
    name: t.string({ required: true, description: '1 to 100 characters: what people call it.' }),
    slug: t.string({ required: true, description: 'Lower-case letters, digits and inner hyphens, at most 63; unique among all tenants.' }),
    reportingCurrency: t.string({ required: true, description: 'ISO 4217, such as USD; every amount is converted into it when it is written.' }),
  }),
})

builder.mutationField('createTenant', (t) =>
  t.field({
    type: ProvisioningRef,
    needs: 'account',
    description: 'Takes the name and begins to make a tenant whose owner is the viewer’s account. Ask tenantProvisioning how it goes on.',
    args: { input: t.arg({ type: CreateTenantInput, required: true, description: 'The tenant.' }) },
    resolve: (_root, { input: { name, slug, reportingCurrency } }, { provisionings }) => {
      const check = new InputCheck()
      check.expect(isName(name), 'name', 'must have 1 to 100 characters and no blanks around it')
      check.expect(isSlug(slug), 'slug', 'must be lower-case letters, digits and inner hyphens, at most 63')
      check.expect(isCurrency(reportingCurrency), 'reportingCurrency', 'must be a currency of ISO 4217 such as USD')
      check.done()
      return provisionings.request({ name, slug, reportingCurrency })
    },
  }),
)

builder.queryField('tenantProvisioning', (t) =>
  t.field({
    type: ProvisioningRef,
    nullable: true,
    needs: 'account',
    description: 'How the making of a tenant goes that this account asked for; null for any other.',
    args: { id: t.arg.id({ required: true, description: 'The id that createTenant answered.' }) },
    resolve: (_root, { id }, { provisionings }) => provisionings.find(String(id)),
  }),
)
