import type { Credentials } from '../viewer.ts'

/**
 * What `connection_init` (or a `ping`) says of the viewer: `authorization` as the HTTP header would have it, and `Umg-Tenant`; both may be spelled in
 * any case, and stand below `headers`. Undefined is absent; anything that is no text counts as a credential that is not good.
 */
export function readCredentials(payload: unknown, { namedTenants, host }: Pick<Credentials, 'namedTenants' | 'host'>): Credentials {
  const members = membersOf(payload)
  const headers = membersOf(members.get('headers'))
  const find = (name: string): unknown => members.get(name) ?? headers.get(name)
  const authorization = find('authorization')
  const tenant = find('umg-tenant')
  return {
    authorization: authorization === undefined || authorization === null ? undefined : typeof authorization === 'string' ? authorization : '',
    host,
    namedTenants: tenant === undefined || tenant === null ? namedTenants : [...namedTenants, typeof tenant === 'string' ? tenant : ''],
  }
}

function membersOf(value: unknown): ReadonlyMap<string, unknown> {
  if (typeof value !== 'object' || value === null) return new Map()
  return new Map(Object.entries(value).map(([name, each]) => [name.toLowerCase(), each]))
}
