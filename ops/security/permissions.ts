/** What a member may do in a tenant, from the most to the least. */
export type Role = 'owner' | 'admin' | 'user' | 'viewer'

/** One thing that a request may do. Roles and keys are sets of scopes; resolvers ask for a scope, never for a role. */
export type Scope =
  | 'analytics:read'
  | 'explain'
  | 'identifiers:read'
  | 'campaigns:read'
  | 'campaigns:write'
  | 'tenant:read'
  | 'tenant:write'
  | 'keys:write'
  | 'segments:write'
  | 'events:write'
  | 'conversions:read'
  | 'members:read'
  | 'members:write'
  | 'audit:read'
  | 'tenant:own'
  | 'keys:verify'
  | 'sessions:verify'

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
export const SCOPES: readonly Scope[] = [
  'analytics:read',
  'explain',
  'identifiers:read',
  'campaigns:read',
  'campaigns:write',
  'tenant:read',
  'tenant:write',
  'keys:write',
  'segments:write',
  'events:write',
  'conversions:read',
  'members:read',
  'members:write',
  'audit:read',
  'tenant:own',
  'keys:verify',
  'sessions:verify',
]

const VIEWER: readonly Scope[] = ['analytics:read', 'campaigns:read', 'tenant:read']
const USER: readonly Scope[] = [...VIEWER, 'explain', 'identifiers:read', 'conversions:read', 'segments:write', 'members:read']
const ADMIN: readonly Scope[] = [...USER, 'campaigns:write', 'tenant:write', 'keys:write', 'members:write', 'audit:read']
// What ends or gives away the whole tenant is its owners' alone.
const OWNER: readonly Scope[] = [...ADMIN, 'tenant:own']

// Nobody's role holds events:write (events come by ingest keys) keys:verify or sessions:verify (the gateway's own).
const SCOPES_OF_ROLE: Readonly<Record<Role, readonly Scope[]>> = { owner: OWNER, admin: ADMIN, user: USER, viewer: VIEWER }

const SCOPES_OF_KEY: Readonly<Record<KeyKind, readonly Scope[]>> = {
  api: ['analytics:read', 'explain', 'campaigns:read', 'tenant:read', 'conversions:read'],
  partner: ['conversions:read', 'campaigns:read'],
  ingest: ['events:write'],
}

/** The scopes of a member with this role; never empty. */
export const scopesOf = (role: Role): readonly Scope[] => SCOPES_OF_ROLE[role]

/** The most that a key of this kind may hold; a stored key holds these or fewer. */
export const scopesOfKey = (kind: KeyKind): readonly Scope[] => SCOPES_OF_KEY[kind]
