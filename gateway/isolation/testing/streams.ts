import { TestClient } from '../../subscriptions/testing/testClient.ts'
import type { Session } from './session.ts'
import { bearerOf, type Viewer } from './viewers.ts'

const QUERY = `subscription Live { conversions(from: { position: BEGINNING }) { cursor gap { from to reason } entries { id event cursor sequence userId isTest supersedes
  revenue { amount currency } app { id name } partner { id name } campaign { id name budget { amount } partner { id name } } decision { kind reason matchedBy touchedAt } } } }`

export type OpenStream = { readonly viewer: Viewer; readonly client: TestClient }

/** A stream of conversions for those who may read them (the member of two tenants is a mere viewer in the second), open for as long as the world lasts. */
export async function openStreams({ world, of }: Session, viewers: readonly Viewer[]): Promise<readonly OpenStream[]> {
  const may = viewers.filter(
    ({ account, key, tenant }) =>
      key === 'api' || key === 'partner' || account?.role === 'owner' || (account !== null && account === of.shared && tenant?.index === 0),
  )
  return Promise.all(
    may.map(async (viewer) => {
      const authorization = `Bearer ${await bearerOf({ pools: world.pools, now: world.now() }, viewer)}`
      const client = await TestClient.connect(`${world.platform.gateway.url.replace('http', 'ws')}/graphql`, { authorization })
      client.subscribe('live', QUERY)
      return { viewer, client }
    }),
  )
}

/** Looks through every message that came so far; throws a Leak. */
export function checkStreams({ oracle }: Session, streams: readonly OpenStream[]): void {
  for (const { viewer, client } of streams) oracle.check(viewer, { text: JSON.stringify(client.messages), headers: '', data: null }, new Set())
}
