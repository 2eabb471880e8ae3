import type { GraphQLResolveInfo } from 'graphql'
import { DATA_CHANNEL, readDataHead } from '#db/analytics/dataVersions.ts'
import type { Pool } from '#db/pool.ts'
import type { Logger } from '#ops/logging.ts'
import type { Identity } from '#ops/security/identity.ts'
import { BadQueryError } from '#ops/service/issues.ts'
import { requireTenant } from '#ops/service/needs.ts'
import type { AnalyticsContext } from '../../builder.ts'
import type { BoundQuery } from '../../compiler/bound.ts'
import { kinOf } from '../../compiler/family.ts'
import { issue } from '../../compiler/issues.ts'
import { shapeOf } from '../../compiler/prepared/shapeOf.ts'
import type { LiveInput } from '../../execution/bindLive.ts'
import type { AnalyticsEngine } from '../../execution/engine.ts'
import { limits } from '../../model/limits.ts'
import { stoppable } from '../stoppable.ts'
import { createTailWatch } from '../tailWatch.ts'
import { AnswerTexts, selectedText } from './answerText.ts'
import { createLiveAsker, type AnyAnswer, type LiveAnswers, type LiveAtOnce } from './liveAsker.ts'
import { systemClock, waitUntil, type LiveClock } from './liveClock.ts'
import { LiveQuestion, type Asking } from './liveQuestion.ts'

/** An answer, or the error that ends the stream. */
export type LiveEvent<Answer> = { readonly answer: Answer } | { readonly error: unknown }

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
/** The live answers of this process: each question is asked once for all who may see the same. */
export function createLiveQueries(options: LiveQueriesOptions): LiveQueries {
  const { engine, pool, log, clock = systemClock, atOnce } = options
  const versions = createTailWatch({
    ...options,
    channel: DATA_CHANNEL,
    read: (tenantId) => readDataHead(pool, tenantId),
    isNewer: (found, known) => found.version > known.version,
  })
  const shared = new Map<string, Shared>()
  const texts = new AnswerTexts()
  const asker = createLiveAsker({ engine, clock, atOnce })

  function open(key: string, { asked, kin }: { readonly asked: LiveInput; readonly kin: string | null }, { info, context: { identity } }: Watching): Shared {
    const tenantId = requireTenant(identity)
    const ask = (asking: Asking) => asker.ask({ asked, info, identity, asking }, { tenantId, kin })
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
    const joined = shared.get(key) ?? open(key, { asked, kin: kinOf(bound) }, watching)
    joined.watchers += 1

    const events = (ending: AbortSignal) =>
      follow({ question: joined.question, textOf: (answer) => texts.textOf(answer, selected), clock, minIntervalMs }, ending)
    return stoppable(events, () => leave(key, joined))
  }

  return {
    // What comes out is of the kind that went in.
    watch: watch as LiveQueries['watch'],
    counts: () => ({
      questions: shared.size,
      watchers: [...shared.values()].reduce((sum, { watchers }) => sum + watchers, 0),
      evaluations: asker.evaluations(),
    }),
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

function throwIssues(minIntervalMs: number): void {
  const { liveIntervalLeastMs: least, liveIntervalMostMs: most } = limits
  if (minIntervalMs >= least && minIntervalMs <= most) return
  throw new BadQueryError([issue('LIVE_INTERVAL_OUT_OF_BOUNDS', ['live', 'minIntervalMs'], { minIntervalMs, least, most })])
}
