import { isNetwork, MAX_NETWORKS } from '#ops/security/networks.ts'
import { FILTER_DIMENSIONS, type RowFilter } from '#ops/security/permissions.ts'
import { isHashOfNothing, USER_HASH_MASK } from '#ops/security/userHash.ts'
import { failure } from '#ops/service/errors.ts'
import { isAbsent } from '#ops/service/presence.ts'
import { AppRef } from './app.ts'
import { builder } from './builder.ts'
import { grantedScopes, InputCheck, isAmount, isFilterValue, isName, readFirst } from './input.ts'
import type { KeyRow } from './rows.ts'

const MAX_FILTERS = 20
const MAX_FILTER_VALUES = 1_000
const MAX_MASKS = 100
/** Of both as JSON: they travel in the signed identity of every request, which is one header of at most 8 KB. */
const MAX_FILTERS_AND_MASKS_BYTES = 4_000

const MASKS_DESCRIPTION = `Names of fields that it sees as null; "${USER_HASH_MASK}" shows userId of conversions as a hash of this key and of those that take its place.`

const KeyKindRef = builder.enumType('KeyKind', {
  description: 'What a key is for.',
  values: {
    API: { value: 'api', description: 'Reads analyses.' },
    PARTNER: { value: 'partner', description: 'Reads the conversions of one partner.' },
    INGEST: { value: 'ingest', description: 'Writes events.' },
  } as const,
})
const IngestKindRef = builder.enumType('IngestKind', {
  description: 'Where an ingest key is kept.',
  values: {
    SDK: { value: 'sdk', description: 'In an app, so public by nature: one app, no refunds, bounded revenue.' },
    SERVER: { value: 'server', description: 'On a server, secret.' },
  } as const,
})
const FilterDimensionRef = builder.enumType('KeyFilterDimension', {
  description: 'What a row filter of a key looks at.',
  values: Object.fromEntries(FILTER_DIMENSIONS.map((name) => [name.toUpperCase(), { value: name, description: `The ${name} of a row.` }])),
})

const KeyFilterRef = builder.objectRef<RowFilter>('KeyFilter').implement({
  description: 'The key sees only rows whose dimension holds one of these values.',
  fields: (t) => ({
    dimension: t.exposeString('dimension', { description: 'partner, campaign, app, channel, country or platform.' }),
    in: t.stringList({ description: 'The values that may be seen.', resolve: (filter) => [...filter.in] }),
  }),
})

export const KeyRef = builder.objectRef<KeyRow>('Key').implement({
  description: 'An API, partner or ingest key, without its secret.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id; a part of the text of the key.' }),
    kind: t.field({ type: KeyKindRef, description: 'What it is for.', resolve: (key) => key.kind }),
    ingestKind: t.field({
      type: IngestKindRef,
      nullable: true,
      description: 'Where an ingest key is kept; null for the other kinds.',
      resolve: (key) => key.ingestKind,
    }),
    name: t.exposeString('name', { description: 'What people call it.' }),
    scopes: t.stringList({ description: 'What it may do.', resolve: (key) => [...key.scopes] }),
    filters: t.field({ type: [KeyFilterRef], description: 'What narrows the rows it sees; all must hold.', resolve: (key) => [...key.filters] }),
    masks: t.stringList({ description: MASKS_DESCRIPTION, resolve: (key) => [...key.masks] }),
    app: t.field({
      type: AppRef,
      nullable: true,
      description: 'The one app of an ingest key; null is every app.',
      resolve: (key, _arguments, { loaders }) => (key.appId === null ? null : loaders.app.load(key.appId)),
    }),
    maxRevenue: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'The largest amount of one event, in the reporting currency; null is no bound.',
      resolve: (key) => key.maxRevenue,
    }),
    allowedNetworks: t.stringList({
      description: 'Addresses and CIDR blocks from which alone it works (NETWORK_NOT_ALLOWED); empty is everywhere.',
      resolve: (key) => [...key.allowedNetworks],
    }),
    replaces: t.exposeID('replaces', { nullable: true, description: 'The id of the key in whose place rotateKey made it; null for any other.' }),
    createdAt: t.field({ type: 'DateTime', description: 'When it was made.', resolve: (key) => key.createdAt }),
    expiresAt: t.field({ type: 'DateTime', nullable: true, description: 'When it ends; null is never.', resolve: (key) => key.expiresAt }),
    revokedAt: t.field({ type: 'DateTime', nullable: true, description: 'When it was ended; null while it works.', resolve: (key) => key.revokedAt }),
    lastUsedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was last used, to the hour; null when it never was.',
      resolve: (key) => key.lastUsedAt,
    }),
  }),
})

const KeyFilterInput = builder.inputType('KeyFilterInput', {
  description: 'Narrows the rows that a key sees.',
  fields: (t) => ({
    dimension: t.field({ type: FilterDimensionRef, required: true, description: 'What it looks at.' }),
    in: t.stringList({ required: true, description: 'The values that may be seen, 1 to 1000.' }),
  }),
})

const CreateKeyInput = builder.inputType('CreateKeyInput', {
  description: 'A new key.',
  fields: (t) => ({
    kind: t.field({ type: KeyKindRef, required: true, description: 'What it is for.' }),
    ingestKind: t.field({ type: IngestKindRef, description: 'For ingest keys, which need it.' }),
    name: t.string({ required: true, description: '1 to 100 characters.' }),
    scopes: t.stringList({ description: 'At most those of the kind, and of whoever makes it; left out: all of these.' }),
    filters: t.field({ type: [KeyFilterInput], description: 'Row filters; a partner key needs one on PARTNER.' }),
    masks: t.stringList({ description: MASKS_DESCRIPTION }),
    app: t.id({ description: 'The one app of an ingest key; an sdk key needs it.' }),
    maxRevenue: t.field({ type: 'Decimal', description: 'The largest amount of one event, in the reporting currency; an sdk key needs it.' }),
    expiresAt: t.field({ type: 'DateTime', description: 'When it ends; left out: never.' }),
    allowedNetworks: t.stringList({ description: 'Addresses and CIDR blocks, IPv4 or IPv6, from which alone it works, at most 50; left out: everywhere.' }),
  }),
})

const CreateKeyPayload = builder.objectRef<{ readonly text: string; readonly row: KeyRow }>('CreateKeyPayload').implement({
  description: 'A new key with its text, which is shown this once.',
  fields: (t) => ({
    text: t.exposeString('text', { description: 'The key itself, for "Authorization: Bearer". It is stored nowhere: keep it now.' }),
    key: t.field({ type: KeyRef, description: 'What is kept of it.', resolve: (payload) => payload.row }),
  }),
})

builder.queryField('keys', (t) =>
  t.field({
    type: [KeyRef],
    nullable: true,
    needs: 'keys:write',
    description: "The tenant's keys, the newest first, revoked ones included.",
    args: { first: t.arg.int({ required: true, defaultValue: 100, description: 'At most this many, 1 to 500.' }) },
    resolve: async (_root, { first }, { keys }) => [...(await keys.list(readFirst(first)))],
  }),
)

builder.mutationField('createKey', (t) =>
  t.field({
    type: CreateKeyPayload,
    needs: 'keys:write',
    description: 'Makes a key. It can do no more than its kind, and read no more than its maker.',
    args: { input: t.arg({ type: CreateKeyInput, required: true, description: 'The key.' }) },
    resolve: async (_root, { input }, { keys, loaders, identity, now }) => {
      const check = new InputCheck()
      const scopes = grantedScopes({ kind: input.kind, asked: input.scopes ?? null, own: identity.scopes, check })
      const filters = (input.filters ?? []).map((filter) => ({ dimension: readDimension(filter.dimension), in: filter.in }))
      const masks = input.masks ?? []
      const allowedNetworks = input.allowedNetworks ?? []
      const app = isAbsent(input.app) ? null : await loaders.app.load(input.app)
      check.expect(isName(input.name), 'name', 'must have 1 to 100 characters and no blanks around it')
      check.expect((input.kind === 'ingest') === !isAbsent(input.ingestKind), 'ingestKind', 'is for ingest keys, and they need it')
      check.expect(
        filters.length <= MAX_FILTERS && filters.every((filter) => filter.in.length > 0 && filter.in.length <= MAX_FILTER_VALUES),
        'filters',
        `must be at most ${MAX_FILTERS}, each with 1 to ${MAX_FILTER_VALUES} values`,
      )
      check.expect(input.kind !== 'partner' || filters.some((filter) => filter.dimension === 'partner'), 'filters', 'of a partner key must have one on PARTNER')
      check.expect(masks.length <= MAX_MASKS && masks.every(isName), 'masks', `must be at most ${MAX_MASKS} names`)
      check.expect(!masks.some(isHashOfNothing), 'masks', `must not end with ":hash": there is only "${USER_HASH_MASK}"`)
      check.expect(!(masks.includes('userId') && masks.includes(USER_HASH_MASK)), 'masks', `must not have both "userId" and "${USER_HASH_MASK}"`)
      check.expect(
        filters.every((filter) => filter.in.every(isFilterValue)),
        'filters',
        'must have values of 1 to 200 characters',
      )
      check.expect(
        Buffer.byteLength(JSON.stringify({ filters, masks })) <= MAX_FILTERS_AND_MASKS_BYTES,
        'filters',
        `and masks must have at most ${MAX_FILTERS_AND_MASKS_BYTES} bytes together`,
      )
      check.expect(app === null || app.name !== null, 'app', 'must be an app of this tenant')
      check.expect(input.kind === 'ingest' || (app === null && isAbsent(input.maxRevenue)), 'app', 'and maxRevenue are for ingest keys')
      check.expect(isAbsent(input.maxRevenue) || isAmount(input.maxRevenue), 'maxRevenue', 'must not be negative and have at most 6 decimal places')
      check.expect(
        input.ingestKind !== 'sdk' || (app !== null && !isAbsent(input.maxRevenue)),
        'ingestKind',
        'SDK needs app and maxRevenue: such a key is public',
      )
      check.expect(
        allowedNetworks.length <= MAX_NETWORKS && allowedNetworks.every(isNetwork),
        'allowedNetworks',
        `must be at most ${MAX_NETWORKS} addresses or blocks such as 10.1.0.0/16 or 2001:db8::/32`,
      )
      check.expect(isAbsent(input.expiresAt) || input.expiresAt > now(), 'expiresAt', 'must be in the future')
      check.done()
      return keys.create({
        kind: input.kind,
        ingestKind: input.ingestKind ?? undefined,
        name: input.name,
        scopes,
        filters,
        masks,
        appId: app?.id,
        maxRevenue: input.maxRevenue ?? undefined,
        expiresAt: input.expiresAt ?? undefined,
        allowedNetworks,
      })
    },
  }),
)

const MAX_OVERLAP_MINUTES = 7 * 24 * 60

builder.mutationField('rotateKey', (t) =>
  t.field({
    type: CreateKeyPayload,
    needs: 'keys:write',
    description: 'Makes a key with the same grants in place of another, which ends after the overlap: until then both work.',
    args: {
      id: t.arg.id({ required: true, description: 'The id of the key to replace.' }),
      overlapMinutes: t.arg.int({ required: true, defaultValue: 60, description: 'How long the old key still works, 0 to 10080 (seven days).' }),
    },
    resolve: (_root, { id, overlapMinutes }, { keys }) => {
      const check = new InputCheck()
      check.expect(overlapMinutes >= 0 && overlapMinutes <= MAX_OVERLAP_MINUTES, 'overlapMinutes', `must be 0 to ${MAX_OVERLAP_MINUTES}`)
      check.done()
      return keys.rotate(id, { overlapMinutes })
    },
  }),
)

builder.mutationField('revokeKey', (t) =>
  t.field({
    type: KeyRef,
    needs: 'keys:write',
    description: 'Ends a key for good, within five seconds everywhere.',
    args: { id: t.arg.id({ required: true, description: 'The id of the key.' }) },
    resolve: async (_root, { id }, { keys }) => {
      const key = await keys.revoke(id)
      if (key === null) throw failure('NOT_FOUND', { what: 'key' })
      return key
    },
  }),
)

function readDimension(name: string): RowFilter['dimension'] {
  const dimension = FILTER_DIMENSIONS.find((known) => known === name)
  if (dimension === undefined) throw new Error(`The schema let the dimension ${name} through.`)
  return dimension
}
