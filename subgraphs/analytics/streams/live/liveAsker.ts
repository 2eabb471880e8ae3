import type { GraphQLResolveInfo } from 'graphql'
import type { DataHead } from '#db/analytics/dataVersions.ts'
import type { Identity } from '#ops/security/identity.ts'
import { requireTenant } from '#ops/service/needs.ts'
import type { AttributionAnswer, CohortsAnswer, FunnelAnswer, MetricsAnswer } from '../../execution/answers.ts'
import type { LiveInput } from '../../execution/bindLive.ts'
import type { AnalyticsEngine } from '../../execution/engine.ts'
import type { QueueLimits } from '../../execution/queryQueue.ts'
import { createLanes } from '../lanes.ts'
import { createCompanies, type Place } from './companies.ts'
import { createEventsAhead } from './eventsAhead.ts'
import type { LiveClock } from './liveClock.ts'
import type { Asking, Evaluated } from './liveQuestion.ts'
import { endThatWaitsForEvents, nextMoment } from './nextMoment.ts'
import { touchesOf } from './touchesOf.ts'

export type LiveAnswers = {
  readonly metrics: MetricsAnswer
  readonly cohorts: CohortsAnswer
  readonly funnel: FunnelAnswer
  readonly attribution: AttributionAnswer
}
export type AnyAnswer = LiveAnswers[keyof LiveAnswers]

export type LiveAtOnce = { readonly ofTenant: number; readonly ofAll: number }

/** Half of the places there are: what is asked by hand is not kept waiting by what is watched. */
export const liveAtOnce = ({ maxRunning, maxRunningPerTenant }: Pick<QueueLimits, 'maxRunning' | 'maxRunningPerTenant'>): LiveAtOnce => ({
  ofTenant: Math.ceil(maxRunningPerTenant / 2),
  ofAll: Math.ceil(maxRunning / 2),
})

/** A question whose turn it is to be asked. */
export type Turn = { readonly asked: LiveInput; readonly info: GraphQLResolveInfo; readonly identity: Identity; readonly asking: Asking }
type Told = Pick<Evaluated<AnyAnswer>, 'answer' | 'nextMs' | 'isTouchedBy'>

const ALL = ''
/** Questions that are asked at one time. */
const MOST_TOGETHER = 500

export type LiveAskerOptions = { readonly engine: AnalyticsEngine; readonly clock: LiveClock; readonly atOnce: LiveAtOnce }
export type LiveAsker = {
  readonly ask: (turn: Turn, place: Place) => Promise<Told>
  /** How often any question was asked. */ readonly evaluations: () => number
}

/** Asks questions that are watched, a few at a time, and those that are akin together. */
export function createLiveAsker({ engine, clock, atOnce }: LiveAskerOptions): LiveAsker {
  const inLaneOfTenant = createLanes(atOnce.ofTenant)
  const inLaneOfAll = createLanes(atOnce.ofAll)
  const ahead = createEventsAhead(engine.firstEventFrom)
  let evaluations = 0
  const ask = createCompanies<Turn, Told>({
    inTurn: (tenantId, work) => inLaneOfTenant(tenantId, () => inLaneOfAll(ALL, work)),
    work: answerTurns,
    most: MOST_TOGETHER,
  })

  /** All of them at one time; what is wrong with one is told of that one. */
  async function answerTurns(turns: readonly Turn[]): Promise<readonly PromiseSettledResult<Told>[]> {
    const waited = turns.filter(({ asking }) => !asking.signal.aborted)
    evaluations += waited.length
    const begun = waited.map(({ asking }) => asking.begins())
    const nowMs = clock.now()
    const answers = await answersOf(engine, waited)
    const told = new Map(waited.map((turn, i) => [turn, { head: begun[i], answer: answers[i] }]))
    return Promise.allSettled(
      turns.map(async (turn) => {
        const { head, answer } = told.get(turn) ?? {}
        if (head === undefined || answer === undefined) throw turn.asking.signal.reason
        if (answer.status === 'rejected') throw answer.reason
        return tell(turn, { head, nowMs, answer: answer.value })
      }),
    )
  }

  async function tell(
    { asked, identity }: Turn,
    { head, nowMs, answer }: { readonly head: DataHead; readonly nowMs: number; readonly answer: AnyAnswer },
  ): Promise<Told> {
    const { compiled, asOf } = answer.info
    const openEndMs = endThatWaitsForEvents(asked, compiled)
    const aheadMs = openEndMs === null ? null : await ahead({ tenantId: requireTenant(identity), head, fromMs: openEndMs })
    const answered = { bound: compiled.bound, asOfMs: asOf.getTime(), nowMs, aheadMs }
    return { answer, nextMs: nextMoment(asked, answered), isTouchedBy: touchesOf(compiled.plan, answered) }
  }

  return { ask, evaluations: () => evaluations }
}

/** Of all of them together, where there are several. */
function answersOf(engine: AnalyticsEngine, turns: readonly Turn[]): Promise<readonly PromiseSettledResult<AnyAnswer>[]> {
  const asks = turns.map(({ asked, info, identity, asking: { signal, isAgain } }) => ({ asked, info, asker: { identity, signal, isAgain } }))
  const metrics = asks.flatMap(({ asked, ...ask }) => (asked.kind === 'metrics' ? [{ ...ask, input: asked.input }] : []))
  if (metrics.length > 1) return engine.metricsTogether(metrics)
  return Promise.allSettled(asks.map(({ asked, ...ask }) => answerOf(engine, asked, ask)))
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
