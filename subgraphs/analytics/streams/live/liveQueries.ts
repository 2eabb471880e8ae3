import type { GraphQLResolveInfo } from 'graphql'
import { DATA_CHANNEL, readDataHead } from '#db/analytics/dataVersions.ts'
import type { Pool } from '#db/pool.ts'
import type { Logger } from '#ops/logging.ts'
import type { Identity } from '#ops/security/identity.ts'
import { BadQueryError } from '#ops/service/issues.ts'
import { requireTenant } from '#ops/service/needs.ts'
import type { AnalyticsContext } from '../../builder.ts'
import type { BoundQuery } from '../../compiler/bound.ts'
import { issue } from '../../compiler/issues.ts'
import { shapeOf } from '../../compiler/prepared/shapeOf.ts'
import type { LiveInput } from '../../execution/bindLive.ts'
import type { AnalyticsEngine, AttributionAnswer, CohortsAnswer, FunnelAnswer, MetricsAnswer } from '../../execution/engine.ts'
import type { QueueLimits } from '../../execution/queryQueue.ts'
import { limits } from '../../model/limits.ts'
import { createLanes } from '../lanes.ts'
import { stoppable } from '../stoppable.ts'
import { createTailWatch } from '../tailWatch.ts'
import { AnswerTexts, selectedText } from './answerText.ts'
import { createEventsAhead } from './eventsAhead.ts'
import { systemClock, waitUntil, type LiveClock } from './liveClock.ts'
import { LiveQuestion, type Asking } from './liveQuestion.ts'
import { endThatWaitsForEvents, nextMoment } from './nextMoment.ts'
import { touchesOf } from './touchesOf.ts'

export type LiveAnswers = {
  readonly metrics: MetricsAnswer
  readonly cohorts: CohortsAnswer
  readonly funnel: FunnelAnswer
  readonly attribution: AttributionAnswer
}
type AnyAnswer = LiveAnswers[keyof LiveAnswers]

/** An answer, or the error that ends the stream. */
export type LiveEvent<Answer> = { readonly answer: Answer } | { readonly error: unknown }

export type LiveAtOnce = { readonly ofTenant: number; readonly ofAll: number }

/** Half of the places there are: what is asked by hand is not kept waiting by what is watched. */
export const liveAtOnce = ({ maxRunning, maxRunningPerTenant }: Pick<QueueLimits, 'maxRunning' | 'maxRunningPerTenant'>): LiveAtOnce => ({
  ofTenant: Math.ceil(maxRunningPerTenant / 2),
  ofAll: Math.ceil(maxRunning / 2),
})

export type LiveQueriesOptions = {
  readonly engine: AnalyticsEngine
  /** Role umg_app: for short looks at versions, which must not wait behind anything long. */
  readonly pool: Pool
  /** A connection of its own for LISTEN, while somebody watches; null polls alone. */
  readonly listenUrl: string | null
  readonly log: Logger
  /** Questions to be asked at a time. */
  readonly atOnce: LiveAtOnce
  readonly clock?: LiveClock
  /** How often versions are looked at without a notice. Default 1000. */
  readonly pollMs?: number
}

export type Watching = { readonly minIntervalMs: number; readonly info: GraphQLResolveInfo; readonly context: AnalyticsContext }

export type LiveQueries = {
  /** The answer, and another whenever it is another. Throws what is wrong with the question. */
  readonly watch: <Kind extends keyof LiveAnswers>(
    question: LiveInput & { readonly kind: Kind },
    watching: Watching,
  ) => Promise<AsyncIterableIterator<LiveEvent<LiveAnswers[Kind]>, void>>
  /** Questions that are watched, and by how many; and how often any was asked. */
  readonly counts: () => { readonly questions: number; readonly watchers: number; readonly evaluations: number }
  readonly stop: () => Promise<void>
}

type Shared = { readonly question: LiveQuestion<AnyAnswer>; watchers: number }
const ALL = ''

/** The live answers of this process: each question is asked once for all who may see the same. */
export function createLiveQueries(options: LiveQueriesOptions): LiveQueries {
  const { engine, pool, log, clock = systemClock, atOnce } = options
  const versions = createTailWatch({
    ...options,
    channel: DATA_CHANNEL,
    read: (tenantId) => readDataHead(pool, tenantId),
    isNewer: (found, known) => found.version > known.version,
  })
  const inLaneOfTenant = createLanes(atOnce.ofTenant)
  const inLaneOfAll = createLanes(atOnce.ofAll)
  const shared = new Map<string, Shared>()
  const texts = new AnswerTexts()
  const ahead = createEventsAhead(engine.firstEventFrom)
  let evaluations = 0

  function open(key: string, asked: LiveInput, { info, context: { identity } }: Watching): Shared {
    const tenantId = requireTenant(identity)
    const ask = async ({ signal, isAgain, begins }: Asking) =>
      inLaneOfTenant(tenantId, () =>
        inLaneOfAll(ALL, async () => {
          signal.throwIfAborted()
          evaluations += 1
          const head = begins()
          const nowMs = clock.now()
          const answer = await answerOf(engine, asked, { info, asker: { identity, signal, isAgain } })
          const { compiled, asOf } = answer.info
          const { bound } = compiled
          const openEndMs = endThatWaitsForEvents(asked, compiled)
          const aheadMs = openEndMs === null ? null : await ahead({ tenantId, head, fromMs: openEndMs })
          const answered = { bound, asOfMs: asOf.getTime(), nowMs, aheadMs }
          return { answer, nextMs: nextMoment(asked, answered), isTouchedBy: touchesOf(compiled.plan, answered) }
        }),
      )
    const question = new LiveQuestion<AnyAnswer>({ watch: (wake) => versions.watch(tenantId, wake), ask, clock, log })
    const opened = { question, watchers: 0 }
    shared.set(key, opened)
    return opened
  }

  function leave(key: string, { question }: Shared): void {
    const found = shared.get(key)
    if (found?.question !== question) return
    found.watchers -= 1
    if (found.watchers > 0) return
    shared.delete(key)
    question.end()
  }

  async function watch(asked: LiveInput, watching: Watching): Promise<AsyncIterableIterator<LiveEvent<AnyAnswer>, void>> {
    const { minIntervalMs, info, context } = watching
    throwIssues(minIntervalMs)
    const { identity, signal } = context
    const bound = await engine.bind(asked, info, { identity, signal })
    const key = keyOf(asked, bound, identity)
    const selected = selectedText(info, context)
    const joined = shared.get(key) ?? open(key, asked, watching)
    joined.watchers += 1

    const events = (ending: AbortSignal) =>
      follow({ question: joined.question, textOf: (answer) => texts.textOf(answer, selected), clock, minIntervalMs }, ending)
    return stoppable(events, () => leave(key, joined))
  }

  return {
    // What comes out is of the kind that went in.
    watch: watch as LiveQueries['watch'],
    counts: () => ({ questions: shared.size, watchers: [...shared.values()].reduce((sum, { watchers }) => sum + watchers, 0), evaluations }),
    stop: async () => {
      for (const { question } of shared.values()) question.end()
      shared.clear()
      await versions.stop()
    },
  }
}

type Following = Pick<Watching, 'minIntervalMs'> & {
  readonly question: LiveQuestion<AnyAnswer>
  readonly textOf: (answer: AnyAnswer) => string
  readonly clock: LiveClock
}

/** What one watcher is told, at its own pace. */
async function* follow({ question, textOf, clock, minIntervalMs }: Following, ending: AbortSignal): AsyncGenerator<LiveEvent<AnyAnswer>, void> {
  let seen = 0
  let told: string | null = null
  while (!ending.aborted) {
    try {
      const { answer, serial } = await question.next(seen, ending)
      seen = serial
      const text = textOf(answer)
      const notBeforeMs = clock.now() + minIntervalMs
      if (text !== told) {
        told = text
        yield { answer }
      }
      await waitUntil(clock, notBeforeMs, ending)
    } catch (error) {
      if (!ending.aborted) yield { error }
      return
    }
  }
}

/** Equal where the answers are for ever equal: the arguments with the times that they name, what is bound of the selection, and what the asker may see. */
function keyOf({ kind, input }: LiveInput, bound: BoundQuery, { tenantId, filters, masks }: Identity): string {
  const sees = filters.map(({ dimension, in: ids }) => [dimension, ids.toSorted()])
  // wall: live-question-key
  return JSON.stringify([tenantId, sees, masks.toSorted(), kind, input, shapeOf(bound).text])
}

type Ask = { readonly info: GraphQLResolveInfo; readonly asker: Parameters<AnalyticsEngine['metrics']>[2] }

function answerOf(engine: AnalyticsEngine, { kind, input }: LiveInput, { info, asker }: Ask): Promise<AnyAnswer> {
  switch (kind) {
    case 'metrics':
      return engine.metrics(input, info, asker)
    case 'cohorts':
      return engine.cohorts(input, info, asker)
    case 'funnel':
      return engine.funnel(input, info, asker)
    case 'attribution':
      return engine.attribution(input, info, asker)
  }
}

function throwIssues(minIntervalMs: number): void {
  const { liveIntervalLeastMs: least, liveIntervalMostMs: most } = limits
  if (minIntervalMs >= least && minIntervalMs <= most) return
  throw new BadQueryError([issue('LIVE_INTERVAL_OUT_OF_BOUNDS', ['live', 'minIntervalMs'], { minIntervalMs, least, most })])
}
