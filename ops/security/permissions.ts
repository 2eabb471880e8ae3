/** What a member may do in a tenant, from the most to the least. */
export type Role = 'owner' | 'admin' | 'user' | 'viewer'

/** What a key is for. An ingest key only writes events, the others only read. */
export type KeyKind = 'api' | 'partner' | 'ingest'

/** An *sdk* ingest key is public by nature; a *server* key is secret. */
export type IngestKind = 'sdk' | 'server'

export type FilterDimension = 'partner' | 'campaign' | 'app' | 'channel' | 'country' | 'platform'

/** A key with filters sees only the rows whose dimension holds one of these ids. Filters of one key are joined by AND. */
export type RowFilter = { readonly dimension: FilterDimension; readonly in: readonly string[] }

export const ROLES: readonly Role[] = ['owner', 'admin', 'user', 'viewer']
export const KEY_KINDS: readonly KeyKind[] = ['api', 'partner', 'ingest']
export const INGEST_KINDS: readonly IngestKind[] = ['sdk', 'server']
export const FILTER_DIMENSIONS: readonly FilterDimension[] = ['partner', 'campaign', 'app', 'channel', 'country', 'platform']

/** One line of the table: what a scope allows, and who may hold it. */
export type Permission = {
  /** A few words, as a heading has them. */
  readonly title: string
  readonly description: string
  /** The roles that have it; each role has all that the one below it has. */
  readonly roles: readonly Role[]
  /** The kinds of key that may be given it. */
  readonly keyKinds: readonly KeyKind[]
}

/** The role and all that are above it. */
const andAbove = (role: Role): readonly Role[] => ROLES.slice(0, ROLES.indexOf(role) + 1)
const NOBODY: readonly never[] = []

/**
 * The one table of what can be done and by whom: the guard of every resolver, the makers of keys, the query `permissions`, the explorer and
 * schema/PERMISSIONS.md all read it.
 */
export const PERMISSIONS = {
  'analytics:read': {
    title: 'Read analyses',
    description: 'Ask for metrics, cohorts, funnels, paths and attribution, and read segments and the catalog.',
    roles: andAbove('viewer'),
    keyKinds: ['api'],
  },
  explain: {
    title: 'See how an answer was made',
    description: 'See the SQL, the plan and what was read for an answer.',
    roles: andAbove('user'),
    keyKinds: ['api'],
  },
  'identifiers:read': {
    title: 'See users by their ids',
    description: 'See the ids of tracked users, who is behind a number, and the timeline of one user.',
    roles: andAbove('user'),
    keyKinds: NOBODY,
  },
  'campaigns:read': {
    title: 'Read campaigns',
    description: 'Read campaigns, ad groups, creatives and partners.',
    roles: andAbove('viewer'),
    keyKinds: ['api', 'partner'],
  },
  'campaigns:write': {
    title: 'Change campaigns',
    description: 'Make and change campaigns, ad groups, creatives and partners.',
    roles: andAbove('admin'),
    keyKinds: NOBODY,
  },
  'tenant:read': {
    title: 'Read the tenant',
    description: 'Read the settings of the tenant, its plan and usage, and its apps.',
    roles: andAbove('viewer'),
    keyKinds: ['api'],
  },
  'tenant:write': {
    title: 'Change the tenant',
    description: 'Change the settings of the tenant, its apps, and rates of exchange.',
    roles: andAbove('admin'),
    keyKinds: NOBODY,
  },
  'keys:write': { title: 'Manage keys', description: 'List, make, rotate and revoke keys.', roles: andAbove('admin'), keyKinds: NOBODY },
  'segments:write': { title: 'Change segments', description: 'Make, change, freeze and delete segments.', roles: andAbove('user'), keyKinds: NOBODY },
  'events:write': {
    title: 'Send events',
    description: 'Send events to POST /v1/events of the collector. No role has it: events come by ingest keys.',
    roles: NOBODY,
    keyKinds: ['ingest'],
  },
  'conversions:read': {
    title: 'Follow conversions',
    description: 'Read the log of conversions, and follow it live.',
    roles: andAbove('user'),
    keyKinds: ['api', 'partner'],
  },
  'members:read': {
    title: 'See members',
    description: 'See who is a member of the tenant, with name, e-mail address and role.',
    roles: andAbove('user'),
    keyKinds: NOBODY,
  },
  'members:write': {
    title: 'Manage members',
    description: 'Invite members, change their roles and remove them; nobody gives a role above their own.',
    roles: andAbove('admin'),
    keyKinds: NOBODY,
  },
  'audit:read': { title: 'Read the audit log', description: 'Search and export the audit log of the tenant.', roles: andAbove('admin'), keyKinds: NOBODY },
  'tenant:own': {
    title: 'Own the tenant',
    description: 'What ends or gives away the whole tenant, such as making and unmaking owners.',
    roles: andAbove('owner'),
    keyKinds: NOBODY,
  },
  'keys:verify': { title: 'Verify keys', description: "The gateway's own: learn what the key of a request may do.", roles: NOBODY, keyKinds: NOBODY },
  'mail:suppress': { title: 'Suppress addresses', description: "The gateway's own: say that mail to an address came back.", roles: NOBODY, keyKinds: NOBODY },
  'sessions:verify': {
    title: 'Verify sessions',
    description: "The gateway's own: learn whether a session still holds, and which tenant a domain leads to.",
    roles: NOBODY,
    keyKinds: NOBODY,
  },
} as const satisfies Readonly<Record<string, Permission>>

/** One thing that a request may do. Roles and keys are sets of scopes; resolvers ask for a scope, never for a role. */
export type Scope = keyof typeof PERMISSIONS

const isScope = (name: string): name is Scope => name in PERMISSIONS
export const SCOPES: readonly Scope[] = Object.keys(PERMISSIONS).filter(isScope)

/** The line of a scope in the table. */
export const permissionOf = (scope: Scope): Permission => PERMISSIONS[scope]

function setsOf<Holder extends string>(
  holders: readonly Holder[],
  holdersOf: (permission: Permission) => readonly Holder[],
): ReadonlyMap<Holder, readonly Scope[]> {
  return new Map(holders.map((holder) => [holder, SCOPES.filter((scope) => holdersOf(permissionOf(scope)).includes(holder))]))
}
const SCOPES_OF_ROLE = setsOf(ROLES, ({ roles }) => roles)
const SCOPES_OF_KEY = setsOf(KEY_KINDS, ({ keyKinds }) => keyKinds)

/** The scopes of a member with this role; never empty. */
export const scopesOf = (role: Role): readonly Scope[] => SCOPES_OF_ROLE.get(role) ?? []

/** The most that a key of this kind may hold; a stored key holds these or fewer. */
export const scopesOfKey = (kind: KeyKind): readonly Scope[] => SCOPES_OF_KEY.get(kind) ?? []
