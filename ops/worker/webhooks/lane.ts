import type { AttemptResult, Taken } from '#db/webhooks/attempts.ts'
import type { WebhookPlace } from '#db/webhooks/endpoints.ts'
import type { Destination, Turn, TurnAsked } from '#db/webhooks/takeTurn.ts'
import { createAlarm } from '#ops/alarm.ts'
import type { Logger } from '#ops/logging.ts'

/** What is taken of one endpoint at a time; a worker that dies keeps no more than these from the others. */
const TAKEN_AT_ONCE = 32

export type LaneOptions = {
  readonly turn: (asked: TurnAsked) => Promise<Turn>
  /** Sends one; never throws. */
  readonly deliver: (destination: Destination, taken: Taken) => Promise<AttemptResult>
  /** Requests to this endpoint at the same time. */
  readonly concurrency: number
  readonly isStopping: () => boolean
  readonly now: () => Date
  readonly log: Logger
}

export type Lane = {
  /** Works until there is nothing to do. */
  readonly run: () => Promise<void>
  /** Says that there may be more to take. */
  readonly poke: () => void
}

/** Works on one endpoint. What hangs here keeps places of its own alone. */
export function createLane(place: WebhookPlace, options: LaneOptions): Lane {
  const { concurrency, isStopping, now, log } = options
  const alarm = createAlarm()
  const waiting: { readonly taken: Taken; readonly destination: Destination }[] = []
  let results: AttemptResult[] = []
  let sending = 0
  let hasMore = true

  function sendNext(): void {
    while (sending < concurrency && !isStopping()) {
      const next = waiting.shift()
      if (next === undefined) return
      sending += 1
      void send(next)
    }
  }
  async function send({ destination, taken }: (typeof waiting)[number]): Promise<void> {
    const result = await options.deliver(destination, taken)
    sending -= 1
    results.push(result)
    sendNext()
    alarm.ring()
  }
  function giveBack(): void {
    results.push(...waiting.splice(0).map(({ taken: { id, attempt } }) => ({ kind: 'released', id, attempt }) as const))
  }
  function accept({ destination, deliveries, isClosed, gap }: Turn): void {
    if (gap !== null) log.warn({ ...place, gap }, 'conversions were lost to retention before they could be delivered')
    if (isClosed) giveBack()
    if (destination !== null) waiting.push(...deliveries.map((taken) => ({ taken, destination })))
    sendNext()
  }
  /** Tells how attempts ended, and takes more where there is room. */
  async function takeTurn(): Promise<void> {
    const settled = results
    results = []
    const hasRoom = hasMore && !isStopping() && waiting.length < concurrency
    if (hasRoom) hasMore = false
    const turn = await options.turn({ results: settled, room: hasRoom ? TAKEN_AT_ONCE - waiting.length : 0, now: now() })
    if (hasRoom && turn.hasMore) hasMore = true
    accept(turn)
  }

  async function run(): Promise<void> {
    for (;;) {
      alarm.reset()
      if (isStopping()) giveBack()
      const canTake = hasMore && !isStopping() && waiting.length < concurrency
      if (results.length > 0 || canTake) await takeTurn()
      else if (sending > 0) await alarm.wait(null)
      else return
    }
  }

  return {
    run,
    poke: () => {
      hasMore = true
      alarm.ring()
    },
  }
}
