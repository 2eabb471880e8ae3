import { print } from 'graphql'
import { createClient } from 'graphql-ws'
import { keepAliveMs, socketCredentials, socketUrl } from '../session/socket.ts'
import { LiveDocument, type LiveSubscription } from './generated/graphql.ts'
import type { Subscribe } from './liveStream.ts'

const query = print(LiveDocument)

/**
 * One subscription on a socket of its own, which ends with it. It is not tried again here: who reads on from a cursor has to say another one each time,
 * and the client of graphql-ws would say the first one again.
 */
export const subscribeLive: Subscribe = (variables, { connected, next, end }) => {
  const client = createClient({ url: socketUrl, lazy: true, retryAttempts: 0, keepAlive: keepAliveMs, connectionParams: socketCredentials, on: { connected } })
  const unsubscribe = client.subscribe<LiveSubscription>(
    { query, operationName: 'Live', variables },
    { next: ({ data, errors }) => next(data ?? { conversions: null }, errors ?? []), error: end, complete: () => end(null) },
  )
  return () => {
    unsubscribe()
    void client.dispose()
  }
}
