import { createHash } from 'node:crypto'
import type { GraphQLFormattedError } from 'graphql'
import { inRequest, type Log } from '#ops/service/requestScope.ts'
import { identityKey, rightsKey, type Identity } from '#ops/security/identity.ts'
import { changesSink } from './changesSink.ts'
import { LiveStream, type Follower, type LiveStreamOptions } from './liveStream.ts'
import type { OperationSource, PreparedSubscription, ReadOperation } from './readOperation.ts'
import { newestSink } from './newestSink.ts'
import { toldOf, tooMany, tooSlow } from './streamErrors.ts'
import { WalkedSteps, type Step } from './walkedSteps.ts'
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

/**
 * All live streams of the gateway. Those of the same question that begin at the end are one for the same complete identity, or for the same rights where
 * the field says so. Those that began elsewhere become one with another as soon as they stand where it stands or was a moment ago.
 */
export class StreamHub {
  readonly #options: StreamHubOptions
  readonly #streams = new Map<LiveStream, string | null>()
  readonly #shared = new Map<string, LiveStream>()
  readonly #counts = new Map<string, number>()
  /** Who stands at which place of which question. */
  readonly #standing = new Map<string, LiveStream>()
  readonly #steps = new WalkedSteps(() => performance.now())

  constructor(options: StreamHubOptions) {
    this.#options = options
  }

  /** Upstream subscriptions that are open now. */
  get size(): number {
    return this.#streams.size
  }

  /** Follows the question's stream until it ends or the answer is called. */
  follow({ after, wantsChanges, ...key }: Wish, sink: Sink): () => void {
    const { prepared, identity } = key
    const { isNewestOnly, upstream } = prepared.planned
    // A group has a place of its own, above which nobody's stands.
    const start = upstream.resumption === null || prepared.hasGroup ? null : (after ?? prepared.startsAfter)
    const first = start === null ? this.#join(key) : null
    let stream = first
    let isStopped = false
    const goOn = (place: string): void => {
      if (isStopped) return
      stream = null
      // Called from the socket of the client: what is thrown here would be nobody's.
      try {
        // The schema may be another by now.
        const reading = this.#options.read(prepared.source)
        if (reading.kind !== 'subscription') return follower.end(this.#reasons(reading))
        walk(reading.prepared, place)
      } catch (error) {
        const { log, mask } = this.#options
        follower.end([inRequest({ requestId: crypto.randomUUID(), log }, () => toldOf(error, mask))])
      }
    }
    const walk = (prepared: PreparedSubscription, from: string): void => {
      const place = this.#walk(follower, { question: questionOf({ prepared, identity }), place: from })
      if (follower.isFull()) return sink.whenDrained(() => goOn(place))
      stream = this.#meet({ prepared, identity }, place)
      stream.meet(follower)
    }
    const follower: Follower = {
      ...(isNewestOnly ? newestSink(wantsChanges && first !== null ? changesSink(sink, first.revisions) : sink) : sink),
      end: (errors) => {
        isStopped = true
        sink.end(errors)
      },
      goOn,
      fellBehind: (after) => {
        stream = null
        // Without a place to go on from it would miss events and not know.
        if (after === null) follower.end([tooSlow().toJSON()])
        else sink.whenDrained(() => goOn(after))
      },
    }
    if (start === null) first?.join(follower)
    else walk(prepared, start)
    return () => {
      if (isStopped) return
      isStopped = true
      stream?.leave(follower)
    }
  }

  /** Plans every stream anew for the schema of this moment; one that it does not allow any more ends with the reasons. */
  replan(): void {
    this.#steps.clear()
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
    const whose = whoseOf(key)
    // wall: shared-stream-key
    const shareKey = key.prepared.shareKey === null ? null : `${whose}${key.prepared.shareKey}`
    const known = shareKey === null ? undefined : this.#shared.get(shareKey)
    // One that is not current would deliver what happened before.
    return known?.isCurrent === true ? known : this.#open(key, { after: null, shareKey })
  }

  /** Delivers what others that were at the place were given since, as far as that is known and the reader keeps up. Answers the place it has come to. */
  #walk(follower: Follower, { question, place }: { readonly question: string | null; place: string }): string {
    for (let step = this.#stepAfter(question, place); step !== null && !follower.isFull(); step = this.#stepAfter(question, place)) {
      if (step.payload === null) follower.stands(step.place)
      else follower.deliver(step.payload, step.place)
      ;({ place } = step)
    }
    return place
  }

  #isJoined(stream: LiveStream): boolean {
    const shareKey = this.#streams.get(stream)
    return typeof shareKey === 'string' && this.#shared.get(shareKey) === stream
  }

  #stepAfter(question: string | null, place: string): Step | null {
    return question === null ? null : this.#steps.after(`${question} ${place}`)
  }

  /** The stream that stands at the place, or a new one from there on. */
  #meet(key: Key, place: string): LiveStream {
    const question = questionOf(key)
    const standing = question === null ? undefined : this.#standing.get(`${question} ${place}`)
    return standing ?? this.#open(key, { after: place, shareKey: null })
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
    const question = questionOf({ prepared, identity })
    let standsAt: string | null = null
    const leavesPlace = (): void => {
      if (standsAt !== null && this.#standing.get(standsAt) === stream) this.#standing.delete(standsAt)
      standsAt = null
    }
    const stands = (place: string): void => {
      leavesPlace()
      standsAt = `${question} ${place}`
      this.#standing.set(standsAt, stream)
    }
    const stream: LiveStream = new LiveStream({
      prepared,
      after,
      onStep: (step, { before, isWhole }) => {
        const { place } = step
        if (question === null) return
        // Whoever came to the place now would not be told what failed.
        if (place === before) return isWhole ? undefined : leavesPlace()
        if (isWhole && standsAt === `${question} ${before}`) this.#steps.add(standsAt, step)
        const other = this.#standing.get(`${question} ${place}`)
        const wasThere = this.#stepAfter(question, place) !== null
        // Where newcomers join one of them, it is the other that ends.
        const isOthersTurn = !wasThere && other !== undefined && this.#isJoined(stream) && !this.#isJoined(other)
        if (!isOthersTurn && (wasThere || other !== undefined)) return stream.dissolve(place)
        stands(place)
        other?.dissolve(place)
      },
      caller,
      execute,
      mask,
      giveUpMs,
      openSocket: openSocket(caller),
      onOver: () => {
        this.#streams.delete(stream)
        leavesPlace()
        const left = (this.#counts.get(owner) ?? 1) - 1
        if (left === 0) this.#counts.delete(owner)
        else this.#counts.set(owner, left)
        if (shareKey !== null && this.#shared.get(shareKey) === stream) this.#shared.delete(shareKey)
      },
    })
    this.#streams.set(stream, shareKey)
    if (after !== null && question !== null) stands(after)
    if (shareKey !== null) this.#shared.set(shareKey, stream)
    return stream
  }
}

function whoseOf({ prepared, identity }: Key): string {
  return prepared.planned.isSharedByRights ? rightsKey(identity) : identityKey(identity)
}

/** Equal for two who have the same events from any place on; null where places are not the reader's own. */
function questionOf(key: Key): string | null {
  const { meetKey } = key.prepared
  // wall: met-stream-key
  return meetKey === null
    ? null
    : createHash('sha256')
        .update(`${whoseOf(key)}${meetKey}`)
        .digest('base64')
}
