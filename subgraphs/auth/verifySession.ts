import type { VerifiedSession } from '#db/access/verifySession.ts'
import { isUuid } from '#db/uuid.ts'
import { builder } from './builder.ts'

const VerifiedSessionRef = builder.objectRef<VerifiedSession>('VerifiedSession').implement({
  description: 'A session that is alive, and what its account may do in the tenant now.',
  inaccessible: true,
  fields: (t) => ({
    tenantId: t.exposeID('tenantId', { nullable: true, description: 'The tenant; null for an account that has chosen none.' }),
    tenantSlug: t.exposeString('tenantSlug', { nullable: true, description: "The tenant's short name." }),
    role: t.exposeString('role', { nullable: true, description: 'owner, admin, user or viewer.' }),
  }),
})

builder.queryField('verifySession', (t) =>
  t.field({
    type: VerifiedSessionRef,
    nullable: true,
    inaccessible: true,
    needs: 'sessions:verify',
    description: 'For the gateway alone: the session as it stands; null when it has ended, or its account is no member of the tenant any more.',
    args: {
      sessionId: t.arg.id({ required: true, description: "The access token's session." }),
      accountId: t.arg.id({ required: true, description: "The access token's account." }),
      tenantId: t.arg.id({ required: false, description: "The access token's tenant; null when it names none." }),
    },
    resolve: (_root, { sessionId, accountId, tenantId = null }, { auth }) =>
      [sessionId, accountId, ...(tenantId === null ? [] : [tenantId])].every(isUuid) ? auth.verifySession({ sessionId, accountId, tenantId }) : null,
  }),
)
