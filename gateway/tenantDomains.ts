import { isIP } from 'node:net'
import { z } from 'zod'
import { failure } from '#ops/service/errors.ts'
import { gatewayMay } from './gatewayIdentity.ts'
import type { Caller, Upstream } from './upstream.ts'

/** Answers the slug of the tenant that a host name leads to; null for our own names and for unknown ones. Throws DOWNSTREAM_UNAVAILABLE when nobody can tell. */
export type TenantOfHost = (host: string | undefined, caller: Omit<Caller, 'identity'>) => Promise<string | null>

/** The gateway itself, allowed to ask what it needs to know of requests. */
const GATEWAY = gatewayMay('sessions:verify')
const FRESH_MS = 5_000
/** How long the list is believed when it cannot be read anew. */
const STALE_MS = 300_000

const LIST = 'query TenantDomains { tenantDomains { domain tenantSlug } }'
const AnswerSchema = z.object({ tenantDomains: z.array(z.object({ domain: z.string(), tenantSlug: z.string() })) })

export type TenantDomainsOptions = { readonly auth: Upstream; readonly publicUrl: string; readonly now: () => number }

/**
 * Looks a request's host up in the list of domains, which is read as a whole every few seconds: so that invented hosts cost no question each. Our own
 * name, addresses and names of this machine lead to no tenant and are never looked up.
 */
export function createTenantDomains({ auth, publicUrl, now }: TenantDomainsOptions): TenantOfHost {
  const ownName = new URL(publicUrl).hostname
  let slugs: ReadonlyMap<string, string> | null = null
  let readAt = -Infinity
  let reading: Promise<ReadonlyMap<string, string>> | null = null

  async function read(caller: Omit<Caller, 'identity'>): Promise<ReadonlyMap<string, string>> {
    const response = await auth.send(
      { query: LIST, variables: {}, operationName: 'TenantDomains', isRepeatable: true },
      // Other requests may wait for the same answer.
      { ...caller, identity: GATEWAY, signal: null, cookie: null },
    )
    const answer = AnswerSchema.safeParse(response.data)
    if (!answer.success) throw failure('DOWNSTREAM_UNAVAILABLE', { name: auth.name })
    slugs = new Map(answer.data.tenantDomains.map(({ domain, tenantSlug }) => [domain, tenantSlug]))
    readAt = now()
    return slugs
  }

  async function list(caller: Omit<Caller, 'identity'>): Promise<ReadonlyMap<string, string>> {
    if (slugs !== null && now() - readAt < FRESH_MS) return slugs
    reading ??= read(caller).finally(() => {
      reading = null
    })
    try {
      return await reading
    } catch (error) {
      if (slugs !== null && now() - readAt < STALE_MS) return slugs
      throw error
    }
  }

  return async (host, caller) => {
    const name = hostNameOf(host)
    if (name === null || name === ownName || isIP(name) !== 0 || !name.includes('.')) return null
    return (await list(caller)).get(name) ?? null
  }
}

/** The name without its port, as names are compared; null for what is none. */
function hostNameOf(host: string | undefined): string | null {
  if (host === undefined || host === '' || host.startsWith('[')) return null
  const name = host.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '')
  return /^[a-z0-9.-]{1,253}$/.test(name) ? name : null
}
