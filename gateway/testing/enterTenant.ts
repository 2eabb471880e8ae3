import { ask, until, type RunningSystem } from '#ops/e2e/system.ts'
import { postAuth } from './askGateway.ts'

/** A tenant that its owner has entered, with the keys that it began with. */
export type EnteredTenant = {
  readonly id: string
  readonly slug: string
  readonly owner: string
  readonly apiKey: string
  readonly ingestKey: string
  readonly app: string
}

const CREATE = 'mutation ($input: CreateTenantInput!) { createTenant(input: $input) { id keys { kind text } } }'
const FOLLOW = 'query ($id: ID!) { tenantProvisioning(id: $id) { status step problem } }'
const SWITCH = 'mutation ($id: ID!) { switchTenant(tenantId: $id) { accessToken } }'

/** The access token of the owner of a demo tenant. */
export async function loginOwner(system: RunningSystem, slug: string): Promise<string> {
  const account = system.demo.tenants.find((tenant) => tenant.slug === slug)?.users.find(({ role }) => role === 'owner')
  const { login } = await postAuth(system.demo.gatewayUrl, 'login', { body: { email: account?.email, password: account?.password } })
  if (login === null) throw new Error(`The owner of ${slug} could not log in.`)
  return login.accessToken
}

/** The tenant that is there already, as in an installation for one. */
export async function enterDemoTenant(system: RunningSystem, slug: string): Promise<EnteredTenant> {
  const tenant = system.demo.tenants.find((each) => each.slug === slug)
  if (tenant === undefined) throw new Error(`There is no demo tenant ${slug}.`)
  return { id: tenant.id, slug, owner: await loginOwner(system, slug), apiKey: tenant.apiKey, ingestKey: tenant.ingestKey, app: 'shop' }
}

/** Asks for a tenant, waits until the worker has made it, and enters it. */
export async function enterNewTenant(system: RunningSystem, { slug, bearer }: { readonly slug: string; readonly bearer: string }): Promise<EnteredTenant> {
  const asking = async (query: string, variables: Record<string, unknown>) => {
    const { data, errors } = await ask(system, { query, variables, authorization: bearer })
    if (errors !== undefined) throw new Error(JSON.stringify(errors))
    return data
  }
  const created = (await asking(CREATE, { input: { name: slug, slug, reportingCurrency: 'USD' } })).createTenant
  const isMade = async () => {
    const { status, step, problem } = (await asking(FOLLOW, { id: created.id })).tenantProvisioning
    if (status === 'FAILED' || status === 'UNDOING') throw new Error(`The tenant was not made: ${problem} (${step})`)
    return status === 'DONE'
  }
  await until(isMade, { what: `the tenant ${slug}`, timeoutMs: 120_000, ...system })
  const owner: string = (await asking(SWITCH, { id: created.id })).switchTenant.accessToken
  const textOf = (kind: string): string => created.keys.find((key: { kind: string }) => key.kind === kind).text
  return { id: created.id, slug, owner, apiKey: textOf('api'), ingestKey: textOf('ingest'), app: 'main' }
}
