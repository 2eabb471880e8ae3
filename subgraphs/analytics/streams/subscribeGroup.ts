import { questionOf } from '#db/conversions/positionSealer.ts'
import { firstPlace } from '#db/conversions/acknowledge.ts'
import { createGroup, findGroup } from '#db/conversions/groups.ts'
import type { LogCondition } from '#db/conversions/logFilter.ts'
import type { LogPosition } from '#db/conversions/readLog.ts'
import type { PoolClient } from '#db/pool.ts'
import { createAlarm } from '#ops/alarm.ts'
import type { Identity } from '#ops/security/identity.ts'
import { BadQueryError } from '#ops/service/issues.ts'
import { toBatch, type BatchValue, type Sight } from './conversionValue.ts'
import { beginningOf, joinIssues, scopeOf } from './groupArguments.ts'
import type { LogWatch } from './logWatch.ts'
import { enterGroup, type GroupDependencies } from './readGroup.ts'
import { stoppable } from './stoppable.ts'
import type { StreamArguments } from './streams.ts'

export type GroupSubscription = {
  readonly tenantId: string
  readonly conditions: readonly LogCondition[]
  readonly sight: Sight
  readonly identity: Identity
  readonly name: string
  readonly args: StreamArguments
  /** Where the arguments say to begin, in a log that ends there. */
  readonly findStart: (head: LogPosition) => Promise<LogPosition>
}

const DEFAULT_IN_FLIGHT = 1_000

/** Reads as a new member of a group, which is made when it is not there. */
export async function subscribeGroup(
  dependencies: GroupDependencies & { readonly watch: LogWatch; readonly endings: Set<Promise<void>> },
  { tenantId, conditions, sight, identity, name, args, findStart }: GroupSubscription,
): Promise<AsyncIterableIterator<BatchValue, void>> {
  const bell = createAlarm()
  const watched = await dependencies.watch.watch(tenantId, bell.ring)
  try {
    const start = await findStart(watched.head())
    const named = { tenantId, scope: scopeOf(identity), name }
    const [question, begun] = [questionOf(conditions), beginningOf(args)]
    let begins = start
    async function prepare(client: PoolClient): Promise<string> {
      const group =
        (await findGroup(client, named)) ?? (await createGroup(client, { ...named, question, conditions, begun, createdBy: identity.subjectId, start }))
      const issues = joinIssues(group, { question, begins: begun, name })
      if (issues.length > 0) throw new BadQueryError(issues)
      begins = (await firstPlace(client, { tenantId, groupId: group.id })) ?? group.next
      return group.id
    }
    const asked = { tenantId, conditions, maxInFlight: args.maxInFlight ?? DEFAULT_IN_FLIGHT }
    const { member } = await enterGroup(dependencies, asked, { ring: bell.ring, prepare })
    async function* batches(signal: AbortSignal): AsyncGenerator<BatchValue, void> {
      for await (const page of member.read(begins, { watched, bell, signal })) yield toBatch(page, { ...sight, cursors: sight.cursors.ofBatch(page.given) })
    }
    return stoppable(batches, () => {
      watched.release()
      const ending = member.end()
      dependencies.endings.add(ending)
      void ending.finally(() => dependencies.endings.delete(ending))
    })
  } catch (error) {
    watched.release()
    throw error
  }
}
