import { setTimeout as delay } from 'node:timers/promises'
import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import { failure } from '#ops/service/errors.ts'
import { inRequest } from '#ops/service/requestScope.ts'
import type { Caller, UpstreamError, UpstreamResponse } from '../upstream.ts'
import { AnswerRevisions } from './answerRevisions.ts'
import type { ErrorMask, EventExecutor } from './executeEvent.ts'
import type { PreparedSubscription } from './readOperation.ts'
import { tooLarge } from './streamErrors.ts'
import { Trouble } from './trouble.ts'
import type { UpstreamEnd, UpstreamSocket, UpstreamSocketOptions } from './upstreamSocket.ts'
import type { Step } from './walkedSteps.ts'

/** One client's operation that follows a stream. */
export type Follower = {
  /** Takes `{ data, errors }` as JSON text, and the place after it, for who wants to go on from there; null in a stream without places. */
  deliver(payload: string, place: string | null): void
  /** Nothing is left to deliver up to this place. */
  stands(place: string): void
  /** The stream is over: with errors, or because its subgraph said so. */
  end(errors: readonly GraphQLFormattedError[] | null): void
  /** Whether more has been delivered than its client has read. */
  isFull(): boolean
  /** Calls back once its client has read most of it. */
  whenDrained(callback: () => void): void
  /** It left a stream that others follow, for its client reads slower than they do; `after` is the last place that was delivered. */
  fellBehind(after: string | null): void
  /** The stream is over for another of the same question has been at this place or is there; everything up to it was delivered. */
  goOn(after: string): void
}

export type LiveStreamOptions = {
  readonly prepared: PreparedSubscription
  /** The place to begin after; null: where the question says. */
  readonly after: string | null
  readonly caller: Caller
  readonly execute: EventExecutor
  readonly mask: ErrorMask
  readonly openSocket: (options: Pick<UpstreamSocketOptions, 'request' | 'onAcknowledged' | 'onEvent' | 'onEnd'>, service: string) => UpstreamSocket
  /**
   * Called when something was delivered, or the log was read on, with the place before it. `isWhole`: whoever is at that place may be given the same, and
   * has everything up to the next. What failed at its root has no place of its own and is told under the one before.
   */
  readonly onStep: (step: Step, from: { readonly before: string | null; readonly isWhole: boolean }) => void
  /** Called when nobody follows it any more, or it ended. */
  readonly onOver: () => void
  readonly giveUpMs?: number
}

type EventItem = {
  readonly kind: 'event'
  readonly event: UpstreamResponse
  readonly bytes: number
  readonly prepared: PreparedSubscription
  readonly cursor: string | null
  /** Whether the stream got further with it, so that it need not begin anew. */
  readonly isProgress: boolean
}
type Item = EventItem | { readonly kind: 'end'; readonly errors: readonly GraphQLFormattedError[] | null }

/** Events that wait to be executed, and the bytes they came in; from there on the subgraph's socket is not read. */
const MAX_WAITING = 16
const MAX_WAITING_BYTES = 1_000_000
/** How long a subgraph that has never answered, or answers that it failed, is asked again. One that was lost is asked for ever. */
const GIVE_UP_MS = 10_000
/** What a subgraph answers while its own database is away. */
const PASSING = new Set<unknown>(['INTERNAL', 'DOWNSTREAM_UNAVAILABLE'])

/**
 * One upstream subscription with everybody who follows it. Each event is executed once and its text goes to all. When the subgraph is lost the stream
 * goes on after the last place that came; when nobody reads, neither does the stream.
 */
export class LiveStream {
  /** Of its answers, for those who take changes. */
  readonly revisions = new AnswerRevisions()
  readonly #options: LiveStreamOptions
  readonly #followers = new Set<Follower>()
  readonly #waiting: Item[] = []
  readonly #over = new AbortController()
  #prepared: PreparedSubscription
  #socket: UpstreamSocket | null = null
  #reconnect: (() => void) | null = null
  /** The place after the last event that came, and after the last that was delivered. */
  #received: string | null
  #delivered: string | null
  /** Anything came, so that a group is where it is and not where the question says. */
  #hasBegun = false
  /** The text of the last event, where it stands until there is another. */
  #newest: string | null = null
  #isPumping = false
  /** Who gets the event that is being executed. */
  #audience = new Set<Follower>()
  #isHeld = false
  /** It was held or asked again, so what comes may be old. */
  #isBehind = false

  constructor(options: LiveStreamOptions) {
    this.#options = options
    this.#prepared = options.prepared
    this.#received = options.after
    this.#delivered = options.after
    this.#guard(this.#run())
  }

  get prepared(): PreparedSubscription {
    return this.#prepared
  }

  get isOver(): boolean {
    return this.#over.signal.aborted
  }

  /** Whether all that comes from now on also happened from now on, or what happened before does not matter. */
  get isCurrent(): boolean {
    return this.#prepared.planned.isNewestOnly || (!this.#isBehind && this.#waiting.length === 0)
  }

  /** For those who have all up to the place where it stands. */
  meet(follower: Follower): void {
    this.#followers.add(follower)
    this.#audience.add(follower)
    this.#release()
  }

  join(follower: Follower): void {
    this.#followers.add(follower)
    // What is executed at this moment came before it, and so did all that was received.
    if (this.isCurrent && this.#received !== null) follower.stands(this.#received)
    if (this.#newest !== null) follower.deliver(this.#newest, null)
    this.#release()
  }

  /** The last one to leave closes the upstream, however quiet that is. */
  leave(follower: Follower): void {
    this.#followers.delete(follower)
    this.#audience.delete(follower)
    if (this.#followers.size === 0) this.#close()
    else this.#release()
  }

  /** Goes on under another schema: events that came are executed as they were planned, the subgraph is asked anew after them. */
  replan(prepared: PreparedSubscription): void {
    this.#prepared = prepared
    this.#reconnect?.()
  }

  /** Ends it for all who follow. */
  end(errors: readonly GraphQLFormattedError[] | null): void {
    const followers = [...this.#followers]
    this.#close()
    for (const follower of followers) follower.end(errors)
  }

  /** Ends it where it stands and lets all who follow go on from there. */
  dissolve(place: string): void {
    const followers = [...this.#followers]
    this.#close()
    for (const follower of followers) follower.goOn(place)
  }

  #close(): void {
    if (this.isOver) return
    this.#over.abort()
    this.#reconnect?.()
    this.#followers.clear()
    this.#waiting.length = 0
    this.#options.onOver()
  }

  async #run(): Promise<void> {
    const { caller, giveUpMs = GIVE_UP_MS } = this.#options
    const trouble = new Trouble()
    while (!this.isOver) {
      const end = await this.#follow(trouble)
      if (this.isOver || end === null) continue
      if (end.kind === 'complete') return this.#enqueue({ kind: 'end', errors: null })
      if (end.kind === 'tooLarge') return this.#enqueue({ kind: 'end', errors: [this.#masked(tooLarge())] })
      const isHopeless = trouble.begins() > giveUpMs
      // Without a place to go on from it would begin anew and break again.
      const isFirst = trouble.acknowledgements <= 1 && !trouble.hasWorked && (!trouble.hasBegun || !this.#canGoOn)
      if (end.kind === 'refused' && (isFirst || isHopeless || !isPassing(end.errors)))
        return this.#enqueue({ kind: 'end', errors: end.errors.map((error) => this.#shown(error)) })
      if (trouble.acknowledgements === 0 && isHopeless) return this.#enqueue({ kind: 'end', errors: [this.#unavailable()] })
      caller.log.warn({ subgraph: this.#prepared.planned.service, reason: end.kind === 'lost' ? end.reason : 'it failed' }, 'a live stream is resumed')
      this.#isBehind = true
      this.#forgetGiven()
      await delay(trouble.waitMs(), undefined, { signal: this.#over.signal }).catch(() => {})
    }
  }

  /** Asks the subgraph once; resolves with how that ended, null when it is to be asked again at once. */
  #follow(trouble: Trouble): Promise<UpstreamEnd | null> {
    const prepared = this.#prepared
    trouble.tries()
    return new Promise((resolve) => {
      const socket = this.#options.openSocket(
        {
          request: requestOf(prepared, { after: this.#received, hasBegun: this.#hasBegun }),
          onAcknowledged: () => trouble.acknowledged(),
          onEvent: (event, bytes) => {
            trouble.hasBegun = true
            const item = this.#receive({ event, bytes, prepared })
            if (item === null) return
            trouble.hasProgressed ||= item.isProgress || prepared.planned.isNewestOnly
            this.#enqueue(item)
          },
          onEnd: resolve,
        },
        prepared.planned.service,
      )
      this.#socket = socket
      this.#reconnect = () => {
        this.#isBehind = true
        this.#forgetGiven()
        socket.close()
        resolve(null)
      }
      this.#settle()
    })
  }

  /** Takes out the place, which is ours and not the client's. Null for batches without entries, which only say how far the log has been read. */
  #receive(received: Omit<EventItem, 'kind' | 'cursor' | 'isProgress'>): EventItem | null {
    const { event, prepared } = received
    this.#hasBegun = true
    const { resumption } = prepared.planned.upstream
    const root = resumption === null ? null : event.data?.[resumption.rootKey]
    if (resumption === null || !isRecord(root)) return { kind: 'event', ...received, cursor: null, isProgress: false }
    const { [resumption.cursorKey]: cursor, [resumption.entriesKey]: entries } = root
    delete root[resumption.cursorKey]
    delete root[resumption.entriesKey]
    // The place of a group is not ours to go on from.
    if (typeof cursor === 'string' && !prepared.hasGroup) this.#received = cursor
    const isEmpty = Array.isArray(entries) && entries.length === 0 && (event.errors ?? []).length === 0
    if (!isEmpty) return { kind: 'event', ...received, cursor: this.#received, isProgress: prepared.hasGroup || this.#received !== null }
    if (this.#waiting.length === 0 && !this.#isPumping && this.#received !== null) {
      const [before, place] = [this.#delivered, this.#received]
      this.#delivered = place
      for (const follower of this.#followers) follower.stands(place)
      this.#options.onStep({ payload: null, place }, { before, isWhole: true })
    }
    return null
  }

  get #canGoOn(): boolean {
    return this.#received !== null || (this.#prepared.hasGroup && this.#hasBegun)
  }

  /** What a member of a group was given and has not been delivered is given again, to it or to another. */
  #forgetGiven(): void {
    if (this.#prepared.hasGroup) this.#waiting.length = 0
  }

  #enqueue(item: Item): void {
    if (this.isOver) return
    if (this.#prepared.planned.isNewestOnly && item.kind === 'event') this.#waiting.length = 0
    this.#waiting.push(item)
    this.#settle()
    this.#guard(this.#pump())
  }

  /** Reads the subgraph's socket only while there is room for what comes. */
  #settle(): void {
    const isFull = this.#followers.size > 0 && [...this.#followers].every((follower) => follower.isFull())
    if (isFull && !this.#isHeld) {
      this.#isHeld = true
      this.#isBehind = true
      for (const follower of this.#followers) follower.whenDrained(() => this.#release())
    } else if (!isFull) this.#isHeld = false
    const bytes = this.#waiting.reduce((sum, item) => sum + (item.kind === 'event' ? item.bytes : 0), 0)
    if (this.#isHeld || this.#waiting.length >= MAX_WAITING || bytes >= MAX_WAITING_BYTES) this.#socket?.pause()
    else if (this.#waiting.length === 0) this.#socket?.resume()
  }

  #release(): void {
    if (this.isOver) return
    this.#settle()
    this.#guard(this.#pump())
  }

  /** Executes what waits, one after the other, so that the order of the log is the order of delivery. */
  async #pump(): Promise<void> {
    if (this.#isPumping) return
    this.#isPumping = true
    while (!this.isOver && !this.#isHeld) {
      const item = this.#waiting.shift()
      if (item === undefined) break
      if (item.kind === 'end') {
        this.end(item.errors)
        break
      }
      // Who joins while it is executed came after it, unless they stand where it began.
      this.#audience = new Set(this.#followers)
      const { payload, hasErrors } = await this.#options.execute(item.event, item.prepared, this.#options.caller)
      const { isNewestOnly } = item.prepared.planned
      if (isNewestOnly) this.#newest = payload
      const before = this.#delivered
      this.#deliver(payload, {
        cursor: item.cursor,
        followers: [...(isNewestOnly ? this.#followers : this.#audience)].filter((follower) => this.#followers.has(follower)),
      })
      this.#audience.clear()
      this.#settle()
      const place = item.cursor ?? before
      const isWhole = !hasErrors && place !== before && item.prepared.planned === this.#prepared.planned
      if (place !== null && !this.isOver) this.#options.onStep({ payload, place }, { before, isWhole })
    }
    this.#isPumping = false
  }

  /** What must not happen ends this stream and not the process. */
  #guard(work: Promise<void>): void {
    const { requestId, log } = this.#options.caller
    work.catch((error: unknown) => {
      log.error({ err: error, requestId }, 'a live stream failed')
      this.end([{ message: failure('INTERNAL', { requestId }).message, extensions: { code: 'INTERNAL', requestId } }])
    })
  }

  #deliver(payload: string, { cursor, followers }: { readonly cursor: string | null; readonly followers: readonly Follower[] }): void {
    const before = this.#delivered
    this.#delivered = cursor ?? before
    // A slow reader must not stop the others: it goes on by itself from where it is.
    const slow = new Set(followers.filter((follower) => follower.isFull()))
    const isHeldByAll = slow.size === followers.length
    for (const follower of followers) {
      if (isHeldByAll || !slow.has(follower)) {
        follower.deliver(payload, this.#delivered)
        continue
      }
      this.#followers.delete(follower)
      follower.fellBehind(before)
    }
  }

  #shown({ message, extensions }: UpstreamError): GraphQLFormattedError {
    const error = new GraphQLError(message, { extensions: { ...extensions, serviceName: this.#prepared.planned.service } })
    return this.#masked(error)
  }

  #unavailable(): GraphQLFormattedError {
    return this.#masked(failure('DOWNSTREAM_UNAVAILABLE', { name: this.#prepared.planned.service }))
  }

  #masked(error: GraphQLError): GraphQLFormattedError {
    const { caller, mask } = this.#options
    const scope = { requestId: caller.requestId, log: caller.log, isAnonymous: caller.identity.kind === 'anonymous' }
    return inRequest(scope, () => mask(error.toJSON(), error))
  }
}

function isPassing(errors: readonly UpstreamError[]): boolean {
  return errors.every(({ extensions }) => PASSING.has(extensions?.['code']))
}

type Reached = { readonly after: string | null; readonly hasBegun: boolean }

function requestOf({ planned: { upstream }, variables, hasGroup }: PreparedSubscription, { after, hasBegun }: Reached): UpstreamSocketOptions['request'] {
  const { resumption } = upstream
  const isResumed = after !== null && resumption !== null
  const goesOn = hasGroup && hasBegun && resumption !== null
  const { query, operationName, variableNames } = goesOn ? resumption.again : isResumed ? resumption.document : upstream.first
  const sent = Object.fromEntries(variableNames.flatMap((name) => (variables[name] === undefined ? [] : [[name, variables[name]]])))
  return { query, operationName, variables: isResumed ? { ...sent, [resumption.afterVariable]: after } : sent }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
