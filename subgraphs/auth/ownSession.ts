import type { Session } from '#db/entities/auth/Session.ts'
import type { HttpExchange } from '#ops/service/context.ts'
import type { Identity } from '#ops/security/identity.ts'
import { failure } from '#ops/service/errors.ts'
import { builder } from './builder.ts'
import { deviceOf } from './device.ts'
import type { Owner } from './ownSessions.ts'

const SessionRef = builder.objectRef<Session>('Session').implement({
  description: 'One login on one device, for as long as it lasts.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'For revokeSession.' }),
    device: t.string({
      description: 'Such as "Chrome on macOS", read from what the browser says of itself.',
      resolve: ({ userAgent }) => deviceOf(userAgent ?? null),
    }),
    address: t.string({
      nullable: true,
      description: 'The network address it was last refreshed from; null when unknown.',
      resolve: ({ address }) => address ?? null,
    }),
    createdAt: t.field({ type: 'DateTime', description: 'When the login was.', resolve: ({ createdAt }) => createdAt }),
    lastUsedAt: t.field({
      type: 'DateTime',
      description: 'When it was last refreshed: within a quarter of an hour of its last use.',
      resolve: ({ lastUsedAt }) => lastUsedAt,
    }),
    expiresAt: t.field({ type: 'DateTime', description: 'When it ends if nothing is done with it.', resolve: ({ expiresAt }) => expiresAt }),
    isRemembered: t.boolean({ description: 'Whether it outlives the browser.', resolve: ({ remember }) => remember }),
    isCurrent: t.boolean({ description: 'Whether it is the one that asks.', resolve: ({ id }, _arguments, { identity }) => id === identity.sessionId }),
  }),
})

/** Who changes what is their own. Throws UNAUTHENTICATED for anybody who is not logged in. */
export function ownerOf({ identity, http }: { readonly identity: Identity; readonly http: HttpExchange }): Owner {
  if (identity.kind !== 'account' || identity.subjectId === null) throw failure('UNAUTHENTICATED', { message: 'This needs a login.' })
  return { accountId: identity.subjectId, sessionId: identity.sessionId, client: http }
}

builder.queryField('sessions', (t) =>
  t.field({
    type: [SessionRef],
    nullable: true,
    needs: 'account',
    description: 'The sessions of the own account that have not ended, the one used last first; at most 200.',
    resolve: async (_root, _arguments, context) => [...(await context.auth.sessions(ownerOf(context).accountId))],
  }),
)

builder.mutationField('revokeSession', (t) =>
  t.boolean({
    needs: 'account',
    description: 'Ends a session of the own account, everywhere within five seconds. True.',
    args: { id: t.arg.id({ required: true, description: "The session's id, from sessions." }) },
    resolve: async (_root, { id }, context) => {
      await context.auth.revokeSession(ownerOf(context), id)
      return true
    },
  }),
)

builder.mutationField('revokeSessions', (t) =>
  t.int({
    needs: 'account',
    description: 'Ends all sessions of the own account, everywhere within five seconds; answers how many.',
    args: { keepCurrent: t.arg.boolean({ required: true, defaultValue: true, description: 'Whether the one that asks goes on.' }) },
    resolve: (_root, { keepCurrent }, context) => context.auth.revokeSessions(ownerOf(context), { keepCurrent }),
  }),
)
