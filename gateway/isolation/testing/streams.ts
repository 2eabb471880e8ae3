import { soon, TestClient } from '../../subscriptions/testing/testClient.ts'
import type { Session } from './session.ts'
import { bearerOf, type Viewer } from './viewers.ts'

const QUERY = `subscription Live { conversions(from: { position: BEGINNING }) { cursor gap { from to reason } entries { id event cursor sequence userId isTest supersedes
  revenue { amount currency } app { id name } partner { id name } campaign { id name budget { amount } partner { id name } } decision { kind reason matchedBy touchedAt } } } }`

const FIRST_WORDS_MS = 60_000

export type OpenStream = { readonly viewer: Viewer; readonly client: TestClient }

/**
 * A stream of conversions for those who may read them (the member of two tenants is a mere viewer in the second), open for as long as the world lasts
 * or their rights do. Each has heard something of its own by then: a stream that hears nothing would leak nothing either.
 */
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
      await soon(() => {
        if (!JSON.stringify(client.messages).includes(viewer.tenant?.mark ?? '?'))
          throw new Error(`${viewer.who} heard nothing of its own: ${JSON.stringify(client.messages).slice(0, 500)}`)
      }, FIRST_WORDS_MS)
      return { viewer, client }
    }),
  )
}

/** Looks through every message that came so far; throws a Leak. */
export function checkStreams({ oracle }: Session, streams: readonly OpenStream[]): void {
  for (const { viewer, client } of streams) oracle.check(viewer, { text: JSON.stringify(client.messages), headers: '', data: null }, new Set())
}
