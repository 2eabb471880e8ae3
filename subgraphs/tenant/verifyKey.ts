import type { VerifiedKey } from '#db/access/verifyKey.ts'
import type { RowFilter } from '#ops/security/permissions.ts'
import { builder } from './builder.ts'

const VerifiedFilterRef = builder.objectRef<RowFilter>('VerifiedKeyFilter').implement({
  description: 'A row filter of a verified key.',
  inaccessible: true,
  fields: (t) => ({
    dimension: t.exposeString('dimension', { description: 'partner, campaign, app, channel, country or platform.' }),
    in: t.stringList({ description: 'The values that may be seen.', resolve: (filter) => [...filter.in] }),
  }),
})

const VerifiedKeyRef = builder.objectRef<VerifiedKey>('VerifiedKey').implement({
  description: 'A key that was shown to be genuine, and what it may do.',
  inaccessible: true,
  fields: (t) => ({
    keyId: t.exposeID('keyId', { description: 'The id of the key.' }),
    tenantId: t.exposeID('tenantId', { description: 'Whose key it is.' }),
    tenantSlug: t.exposeString('tenantSlug', { description: "The tenant's short name." }),
    scopes: t.stringList({ description: 'What it may do.', resolve: (key) => [...key.scopes] }),
    filters: t.field({ type: [VerifiedFilterRef], description: 'What narrows the rows it sees.', resolve: (key) => [...key.filters] }),
    masks: t.stringList({ description: 'Names of fields that it sees as null; `userId:hash` shows hashes.', resolve: (key) => [...key.masks] }),
    hashFamily: t.exposeID('hashFamily', { nullable: true, description: 'Under which its hashes of user ids are; null when it sees none.' }),
    allowedNetworks: t.stringList({ description: 'Networks from which alone it works; empty is everywhere.', resolve: (key) => [...key.allowedNetworks] }),
  }),
})

builder.queryField('verifyKey', (t) =>
  t.field({
    type: VerifiedKeyRef,
    nullable: true,
    inaccessible: true,
    needs: 'keys:verify',
    description: 'For the gateway alone: what the key of this text may do; null when it is malformed, unknown, revoked or expired.',
    args: { key: t.arg.string({ required: true, description: 'The text of the key.' }) },
    resolve: (_root, { key }, { verifyKey }) => verifyKey(key),
  }),
)
