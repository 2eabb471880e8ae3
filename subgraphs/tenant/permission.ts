import { permissionOf, SCOPES, type Scope } from '#ops/security/permissions.ts'
import { builder } from './builder.ts'

const PermissionRef = builder.objectRef<Scope>('Permission').implement({
  description: 'One thing that a request may do, and who may do it.',
  fields: (t) => ({
    scope: t.string({ description: 'Its name, as in me { scopes } and in the scopes of a key.', resolve: (scope) => scope }),
    title: t.string({ description: 'A few words, as a heading has them.', resolve: (scope) => permissionOf(scope).title }),
    description: t.string({ description: 'What it allows.', resolve: (scope) => permissionOf(scope).description }),
    roles: t.stringList({ description: 'The roles that have it: owner, admin, user, viewer.', resolve: (scope) => [...permissionOf(scope).roles] }),
    keyKinds: t.stringList({
      description: 'The kinds of key that may be given it: api, partner, ingest.',
      resolve: (scope) => [...permissionOf(scope).keyKinds],
    }),
  }),
})

builder.queryField('permissions', (t) =>
  t.field({
    type: [PermissionRef],
    nullable: true,
    description: 'Who may do what: the same for every tenant, and no secret.',
    resolve: () => [...SCOPES],
  }),
)
