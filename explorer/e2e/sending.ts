import { ask, until } from '#ops/e2e/system.ts'
import type { Explorer } from './browser.ts'

export type CollectorAnswer = { readonly accepted: number; readonly duplicates: number; readonly rejected: readonly { readonly code: string }[] }

/** Posts events as their sender does. */
export async function postEvents(
  { system, tenant }: Explorer,
  events: readonly object[],
  to: { readonly url?: string; readonly key?: string } = {},
): Promise<CollectorAnswer> {
  const { url = `http://127.0.0.1:${system.port + 5}/v1/events`, key = tenant.ingestKey } = to
  const answer = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(events),
  })
  if (answer.status !== 202) throw new Error(`The collector answered ${answer.status}: ${await answer.text()}`)
  return (await answer.json()) as CollectorAnswer
}

/** Gives a campaign its name, as an admin does. */
export async function nameCampaign(explorer: Explorer, { id, name }: { readonly id: string; readonly name: string }): Promise<void> {
  await changeAsOwner(explorer, 'mutation Name($id: ID!, $name: String!) { saveCampaign(input: { id: $id, name: $name }) { id } }', { id, name })
}

/** Saves a segment past its page. */
export async function saveSegment(explorer: Explorer, input: object): Promise<void> {
  await changeAsOwner(explorer, 'mutation Save($input: CreateSegmentInput!) { createSegment(input: $input) { id } }', { input })
}

/** Adds a webhook past its page, to an address where nobody listens. */
export async function addDeadWebhook(explorer: Explorer): Promise<void> {
  const input = { url: 'http://127.0.0.1:9/conversions', description: 'The warehouse, which is down', from: { position: 'BEGINNING' } }
  await changeAsOwner(explorer, 'mutation Add($input: CreateWebhookInput!) { createWebhook(input: $input) { secret } }', { input })
}

/** Invites somebody past the page, and waits for the mail. */
export async function inviteMember(explorer: Explorer, email: string): Promise<void> {
  await changeAsOwner(explorer, 'mutation Invite($email: String!) { inviteMember(email: $email, role: "user") { id } }', { email })
  const isThere = async () => {
    const mails = (await (await fetch(`${explorer.url}/api/dev/outbox`)).json()) as readonly { readonly to: string }[]
    return mails.some(({ to }) => to === email)
  }
  await until(isThere, { what: 'the mail of the invitation', timeoutMs: 60_000 })
}

async function changeAsOwner({ system, tenant, url }: Explorer, query: string, variables: Record<string, unknown>): Promise<void> {
  const owner = tenant.users.find(({ role }) => role === 'owner')
  const login = await fetch(`${url}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: owner?.email, password: owner?.password }),
  })
  const { accessToken } = (await login.json()) as { accessToken: string }
  const { errors } = await ask(system, { query, variables, authorization: accessToken })
  if (errors !== undefined) throw new Error(JSON.stringify(errors))
}
