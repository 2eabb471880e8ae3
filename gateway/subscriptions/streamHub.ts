import type { GraphQLFormattedError } from 'graphql'
import { inRequest, type Log } from '#ops/service/requestScope.ts'
import { identityKey, rightsKey, type Identity } from '#ops/security/identity.ts'
import { changesSink } from './changesSink.ts'
import { LiveStream, type Follower, type LiveStreamOptions } from './liveStream.ts'
import type { OperationSource, PreparedSubscription, ReadOperation } from './readOperation.ts'
import { newestSink } from './newestSink.ts'
import { toldOf, tooMany, tooSlow } from './streamErrors.ts'
import type { Caller } from '../upstream.ts'

/** Where the frames of one client operation go. */
export type Sink = Pick<Follower, 'deliver' | 'stands' | 'end' | 'isFull' | 'whenDrained'> & {
  /** Aborts when the client has completed the operation or its socket is closed. */
  readonly left: AbortSignal
}

export type StreamHubOptions = Pick<LiveStreamOptions, 'execute' | 'mask' | 'giveUpMs'> & {
  readonly openSocket: (caller: Caller) => LiveStreamOptions['openSocket']
  readonly read: (source: OperationSource) => ReadOperation
  readonly log: Log & { child(fields: object): Log }
}

/** Upstream subscriptions of one viewer at a time, on however many sockets: each holds a socket here and a reader at the subgraph. */
const MAX_STREAMS_OF_ONE = 200

type Key = { readonly prepared: PreparedSubscription; readonly identity: Identity }
/** `after`: the place where the client was before, if it says one. `wantsChanges`: rather than whole answers, where each takes the place of the one before. */
type Wish = Key & { readonly after: string | null; readonly wantsChanges: boolean }

/** All live streams of the gateway. Those of the same question that begin at the end are one for the same complete identity, or for the same rights where the field says so. */
export class StreamHub {
  readonly #options: StreamHubOptions
  readonly #streams = new Map<LiveStream, string | null>()
  readonly #shared = new Map<string, LiveStream>()
  readonly #counts = new Map<string, number>()

  constructor(options: StreamHubOptions) {
    this.#options = options
  }

  /** Upstream subscriptions that are open now. */
  get size(): number {
    return this.#streams.size
  }

  /** Follows the question's stream until it ends or the answer is called. */
  follow({ after, wantsChanges, ...key }: Wish, sink: Sink): () => void {
    const { isNewestOnly, upstream } = key.prepared.planned
    // A group has a place of its own, above which nobody's stands.
    const goesOn = after !== null && upstream.resumption !== null && !key.prepared.hasGroup
    const first = goesOn ? this.#open(key, { after, shareKey: null }) : this.#join(key)
    let stream: LiveStream | null = first
    let isStopped = false
    const goOn = (after: string): void => {
      if (isStopped) return
      // Called from the socket of the client: what is thrown here would be nobody's.
      try {
        // The schema may be another by now.
        const reading = this.#options.read(key.prepared.source)
        if (reading.kind !== 'subscription') return follower.end(this.#reasons(reading))
        stream = this.#open({ ...key, prepared: reading.prepared }, { after, shareKey: null })
        stream.join(follower)
      } catch (error) {
        const { log, mask } = this.#options
        follower.end([inRequest({ requestId: crypto.randomUUID(), log }, () => toldOf(error, mask))])
      }
    }
    const follower: Follower = {
      ...(isNewestOnly ? newestSink(wantsChanges ? changesSink(sink, first.revisions) : sink) : sink),
      end: (errors) => {
        isStopped = true
        sink.end(errors)
      },
      fellBehind: (after) => {
        stream = null
        // Without a place to go on from it would miss events and not know.
        if (after === null) follower.end([tooSlow().toJSON()])
        else sink.whenDrained(() => goOn(after))
      },
    }
    first.join(follower)
    return () => {
      if (isStopped) return
      isStopped = true
      stream?.leave(follower)
    }
  }

  /** Plans every stream anew for the schema of this moment; one that it does not allow any more ends with the reasons. */
  replan(): void {
    const streams = [...this.#streams.keys()]
    for (const stream of streams) {
      const reading = this.#options.read(stream.prepared.source)
      if (reading.kind === 'subscription') stream.replan(reading.prepared)
      else stream.end(this.#reasons(reading))
    }
  }

  #reasons(reading: ReadOperation): readonly GraphQLFormattedError[] {
    return reading.kind === 'refused' ? reading.errors.map((error) => this.#options.mask(error.toJSON(), error)) : []
  }

  #join(key: Key): LiveStream {
    const whose = key.prepared.planned.isSharedByRights ? rightsKey(key.identity) : identityKey(key.identity)
    // wall: shared-stream-key
    const shareKey = key.prepared.shareKey === null ? null : `${whose}${key.prepared.shareKey}`
    const known = shareKey === null ? undefined : this.#shared.get(shareKey)
    // One that is not current would deliver what happened before.
    return known?.isCurrent === true ? known : this.#open(key, { after: null, shareKey })
  }

  #open({ prepared, identity }: Key, { after, shareKey }: { readonly after: string | null; readonly shareKey: string | null }): LiveStream {
    const { execute, mask, giveUpMs, openSocket, log } = this.#options
    const owner = `${identity.tenantId} ${identity.kind} ${identity.subjectId}`
    const count = this.#counts.get(owner) ?? 0
    if (count >= MAX_STREAMS_OF_ONE) throw tooMany(MAX_STREAMS_OF_ONE)
    this.#counts.set(owner, count + 1)
    const requestId = crypto.randomUUID()
    const caller: Caller = {
      identity,
      requestId,
      log: log.child({ requestId }),
      clientAddress: '',
      userAgent: '',
      cookie: null,
      addCookie: () => {},
      signal: null,
    }
    const stream: LiveStream = new LiveStream({
      prepared,
      after,
      caller,
      execute,
      mask,
      giveUpMs,
      openSocket: openSocket(caller),
      onOver: () => {
        this.#streams.delete(stream)
        const left = (this.#counts.get(owner) ?? 1) - 1
        if (left === 0) this.#counts.delete(owner)
        else this.#counts.set(owner, left)
        if (shareKey !== null && this.#shared.get(shareKey) === stream) this.#shared.delete(shareKey)
      },
    })
    this.#streams.set(stream, shareKey)
    if (shareKey !== null) this.#shared.set(shareKey, stream)
    return stream
  }
}
