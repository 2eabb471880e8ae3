import { firstEventFromStatement, parseFirstEvent, type AheadQuestion } from '#db/analytics/eventsAhead.ts'
import { send, type QueryRunner } from './runQuery.ts'

/** When the tenant's first event of that time or later was, in milliseconds UTC; Infinity where there is none. */
export type FirstEventFrom = (question: AheadQuestion) => Promise<number>

export function createFirstEventFrom(runner: QueryRunner): FirstEventFrom {
  return async (question) => {
    const { tenantId } = question
    const { rows } = await runner.queue.run(() => send(runner, firstEventFromStatement(question), { tenantId }), { tenantId })
    return parseFirstEvent(rows)
  }
}
