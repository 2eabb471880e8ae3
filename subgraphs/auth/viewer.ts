import type { Identity } from '#ops/security/identity.ts'
import { AccountRef } from './account.ts'
import { builder, MembershipRef } from './builder.ts'
import { TenantRef } from './tenant.ts'

const ViewerRef = builder.objectRef<Identity>('Viewer').implement({
  description: 'Who makes this request.',
  fields: (t) => ({
    account: t.field({
      type: AccountRef,
      nullable: true,
      description: 'The account that is logged in; null for a key.',
      resolve: (viewer, _arguments, { auth }) => (viewer.kind === 'account' && viewer.subjectId !== null ? auth.account(viewer.subjectId) : null),
    }),
    tenant: t.field({
      type: TenantRef,
      nullable: true,
      description: 'The tenant of this request; null for an account that is a member of none.',
      resolve: (viewer) => (viewer.tenantId === null ? null : { id: viewer.tenantId }),
    }),
    role: t.exposeString('role', { nullable: true, description: 'owner, admin, user or viewer; null for a key.' }),
    scopes: t.stringList({ description: 'What the viewer may do in this tenant.', resolve: (viewer) => [...viewer.scopes] }),
    memberships: t.field({
      type: [MembershipRef],
      nullable: true,
      description: 'The tenants that the account is a member of, the oldest membership first; null for a key.',
      resolve: async (viewer, _arguments, { auth }) =>
        viewer.kind === 'account' && viewer.subjectId !== null ? [...(await auth.memberships(viewer.subjectId))] : null,
    }),
  }),
})

builder.queryField('me', (t) =>
  t.field({
    type: ViewerRef,
    nullable: true,
    description: 'Who makes this request; null without a login or key.',
    resolve: (_root, _arguments, { identity }) => (identity.kind === 'account' || identity.kind === 'key' ? identity : null),
  }),
)
