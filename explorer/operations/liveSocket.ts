import { print } from 'graphql'
import { createClient } from 'graphql-ws'
import { renew } from '../session/session.ts'
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
  // A token may be refused before its time is over: the cookie gets the next one, or shows that the session has ended, which leads to the login.
  const refused = (reason: unknown): void => {
    if (isUnauthenticated(reason)) void renew().finally(() => end(reason))
    else end(reason)
  }
  const unsubscribe = client.subscribe<LiveSubscription>(
    { query, operationName: 'Live', variables },
    { next: ({ data, errors }) => next(data ?? { conversions: null }, errors ?? []), error: refused, complete: () => end(null) },
  )
  return () => {
    unsubscribe()
    void client.dispose()
  }
}

const unauthenticated = 4401
const isUnauthenticated = (reason: unknown): boolean => typeof reason === 'object' && reason !== null && 'code' in reason && reason.code === unauthenticated
