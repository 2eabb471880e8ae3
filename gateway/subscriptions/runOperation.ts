import type { ApolloServer } from '@apollo/server'
import type { SubscribePayload } from 'graphql-ws'
import type { Identity } from '#ops/security/identity.ts'
import { inRequest } from '#ops/service/requestScope.ts'
import type { GatewayContext } from '../dataSource.ts'
import type { createGatewayMask } from '../masking.ts'
import type { Caller } from '../upstream.ts'
import { wantsChanges } from './changesSink.ts'
import type { createOperationReader } from './readOperation.ts'
import { toldOf } from './streamErrors.ts'
import type { Sink, StreamHub } from './streamHub.ts'

/** What a client asks to run; `after`: the place of its stream where it was before, if it says one beside the question. */
export type WantedOperation = { readonly payload: SubscribePayload; readonly identity: Identity; readonly after: string | null }

/** Runs one operation: frames go to the sink until it ends or the answer is called. Null for one that is no stream: it runs until its sink ends. */
export type RunOperation = (wanted: WantedOperation, sink: Sink) => (() => void) | null

export type RunnerOptions = {
  readonly apollo: ApolloServer<GatewayContext>
  readonly read: ReturnType<typeof createOperationReader>
  readonly hub: StreamHub
  readonly mask: ReturnType<typeof createGatewayMask>
}

/** Whose operations they are. */
export type RunnerClient = Pick<Caller, 'requestId' | 'log' | 'clientAddress' | 'userAgent' | 'place'>

/** Subscriptions go to the hub; queries and mutations through Apollo Server, as over HTTP but without cookies. What fails fails for its operation alone. */
export function createRunner({ apollo, read, hub, mask }: RunnerOptions, client: RunnerClient): RunOperation {
  return ({ payload, identity, after }, sink) => {
    const { query, operationName = null, variables, extensions } = payload
    const scope = { requestId: client.requestId, log: client.log, isAnonymous: identity.kind === 'anonymous' }
    const fail = (error: unknown): void => sink.end([toldOf(error, mask)])
    return inRequest(scope, () => {
      try {
        const reading = read({ query, operationName: operationName ?? null, variables: variables ?? {} })
        if (reading.kind === 'subscription') return hub.follow({ prepared: reading.prepared, identity, after, wantsChanges: wantsChanges(extensions) }, sink)
        if (reading.kind === 'refused') sink.end(reading.errors.map((error) => mask(error.toJSON(), error)))
        else answer({ apollo, payload, caller: { ...client, identity, cookie: null, addCookie: () => {}, signal: sink.left } }, sink).catch(fail)
      } catch (error) {
        fail(error)
      }
      return null
    })
  }
}

type Request = { readonly apollo: ApolloServer<GatewayContext>; readonly payload: SubscribePayload; readonly caller: Caller }

async function answer({ apollo, payload, caller }: Request, sink: Sink): Promise<void> {
  const { query, variables, operationName } = payload
  const response = await apollo.executeOperation(
    { query, variables: variables ?? undefined, operationName: operationName ?? undefined },
    { contextValue: { caller } },
  )
  if (response.body.kind !== 'single') throw new Error('An answer in parts was not asked for.')
  const { data, errors } = response.body.singleResult
  // Errors without data mean that nothing was executed.
  if (data === undefined) return sink.end(errors ?? [])
  sink.deliver(JSON.stringify(errors === undefined ? { data } : { data, errors }), null)
  sink.end(null)
}
