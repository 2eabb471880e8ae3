import { randomBytes, randomUUID } from 'node:crypto'
import { createKey } from '#db/provision/createKey.ts'
import { provisionAccount } from '#db/provision/provisionAccount.ts'
import { provisionTenant } from '#db/provision/provisionTenant.ts'
import type { TestPools } from '#db/testing/testPools.ts'
import { readConfig } from '#ops/config.ts'
import { ROLES, type Role } from '#ops/security/permissions.ts'

/** What can be named by an id, a name or a cursor in a document. */
export const KINDS = [
  'tenant',
  'slug',
  'app',
  'key',
  'keyText',
  'campaign',
  'adGroup',
  'creative',
  'partner',
  'segment',
  'account',
  'email',
  'session',
  'user',
  'event',
  'property',
  'value',
  'channel',
  'appVersion',
  'conversion',
  'cell',
  'attributionCell',
  'usersCursor',
  'timelineCursor',
  'conversionsCursor',
  'auditCursor',
  'journeysCursor',
  'invitation',
  'provisioning',
  'webhook',
  'delivery',
  'deliveriesCursor',
  'target',
  'any',
] as const
export type Kind = (typeof KINDS)[number]

export type IsoAccount = { readonly accountId: string; readonly email: string; readonly password: string; readonly role: Role }
export type IsoKeyName = 'api' | 'partner' | 'masked' | 'server' | 'sdk'

/** A tenant of which everything can be recognised as its own. */
export type IsoTenant = {
  readonly index: number
  /** Stands in every name, id and word of its data, and nowhere else. */
  readonly mark: string
  /** Stands in the slug and the name of the tenant itself, which members of several tenants see of each. */
  readonly label: string
  /** Every amount is a multiple of so many millionths, so that no sum with an amount of another tenant is one. */
  readonly prime: number
  readonly tenantId: string
  readonly slug: string
  readonly accounts: readonly IsoAccount[]
  readonly keys: Readonly<Record<IsoKeyName, { readonly text: string; readonly keyId: string }>>
  /** What is known to be its own, by kind; and what was and is no more. */
  readonly own: Record<Kind, string[]>
  readonly gone: Record<Kind, string[]>
}

/** `zq`, eight digits, and what it marks: d is data, l the tenant's own label. */
export const MARK = /zq[0-9a-f]{8}[dl]/g
const PRIMES = [1_000_003, 1_000_033, 1_000_037, 1_000_039, 1_000_081] as const
const MICRO = 1_000_000

/** So many times the tenant's prime, as decimal text. */
export const amountOf = ({ prime }: Pick<IsoTenant, 'prime'>, times: number): string => ((prime * times) / MICRO).toFixed(6)

const emptyPool = (): Record<Kind, string[]> => {
  const pool = {} as Record<Kind, string[]>
  for (const kind of KINDS) pool[kind] = []
  return pool
}

export async function createIsoTenant(pools: TestPools, index: number): Promise<IsoTenant> {
  const digits = randomBytes(4).toString('hex')
  const [mark, label] = [`zq${digits}d`, `zq${digits}l`]
  const slug = `${label}-slug`
  const apps = ['one', 'two'].map((name) => ({ name: `${mark}-app-${name}`, timeZone: 'UTC', currency: 'USD' }))
  const { tenantId, apps: made } = await provisionTenant(pools, { slug, name: `${label} name`, reportingCurrency: 'USD', apps })
  const accounts = await Promise.all(
    ROLES.map(async (role) => {
      const account = { email: `${role}@${mark}.test`, password: randomBytes(12).toString('hex'), role }
      return { ...account, ...(await provisionAccount(pools, { ...account, name: `${mark} ${role}`, memberships: [{ tenantId, role }] })) }
    }),
  )
  const tenant: Omit<IsoTenant, 'keys'> = {
    index,
    mark,
    label,
    prime: PRIMES[index] ?? PRIMES[0],
    tenantId,
    slug,
    accounts,
    own: emptyPool(),
    gone: emptyPool(),
  }
  const keys = await createKeys(pools, { tenantId, mark, appId: made[0]?.id ?? '' })
  const known: Partial<Record<Kind, readonly string[]>> = {
    tenant: [tenantId],
    slug: [slug],
    app: made.map(({ id }) => id),
    key: Object.values(keys).map(({ keyId }) => keyId),
    keyText: Object.values(keys).map(({ text }) => text),
    account: accounts.map(({ accountId }) => accountId),
    email: accounts.map(({ email }) => email),
    campaign: numbered(mark, 'c'),
    adGroup: numbered(mark, 'g'),
    creative: numbered(mark, 'r'),
    partner: numbered(mark, 'p'),
    user: numbered(mark, 'u'),
    channel: [`${mark}-channel`],
    appVersion: [`${mark}-v1`],
    property: [`${mark}_level`, 'plan'],
    value: [`${mark}-gold`, mark],
    event: ['install', 'purchase', 'session', 'sign_up', `${mark}_event`],
    target: [`tenant:${tenantId}`, `campaign:${mark}-c1`],
  }
  for (const kind of KINDS) tenant.own[kind].push(...(known[kind] ?? []))
  return { ...tenant, keys }
}

const numbered = (mark: string, letter: string): readonly string[] => [1, 2, 3].map((n) => `${mark}-${letter}${n}`)

async function createKeys(pools: TestPools, { tenantId, mark, appId }: { tenantId: string; mark: string; appId: string }): Promise<IsoTenant['keys']> {
  const common = { tenantId, pepper: readConfig.owner().keyPepper }
  const [api, partner, masked, server, sdk] = await Promise.all([
    createKey(pools, { ...common, kind: 'api', name: `${mark} api` }),
    createKey(pools, { ...common, kind: 'partner', name: `${mark} partner`, filters: [{ dimension: 'partner', in: [`${mark}-p1`] }] }),
    createKey(pools, {
      ...common,
      kind: 'api',
      name: `${mark} masked`,
      filters: [{ dimension: 'app', in: [appId] }],
      masks: ['revenue', 'country', 'userId:hash'],
    }),
    createKey(pools, { ...common, kind: 'ingest', ingestKind: 'server', name: `${mark} server` }),
    createKey(pools, { ...common, kind: 'ingest', ingestKind: 'sdk', name: `${mark} sdk`, appId, maxRevenue: '1000' }),
  ])
  const keyOf = ({ key, keyId }: { key: string; keyId: string }) => ({ text: key, keyId })
  return { api: keyOf(api), partner: keyOf(partner), masked: keyOf(masked), server: keyOf(server), sdk: keyOf(sdk) }
}

/** An account that is a member of both, user in the one and viewer in the other. */
export async function createSharedAccount(pools: TestPools, tenants: readonly [IsoTenant, IsoTenant]): Promise<IsoAccount> {
  const account = { email: `both-${randomUUID()}@example.test`, password: randomBytes(12).toString('hex'), role: 'user' as const }
  const [first, second] = tenants
  const memberships = [
    { tenantId: first.tenantId, role: 'user' as const },
    { tenantId: second.tenantId, role: 'viewer' as const },
  ]
  return { ...account, ...(await provisionAccount(pools, { ...account, name: 'Member of both', memberships })) }
}
