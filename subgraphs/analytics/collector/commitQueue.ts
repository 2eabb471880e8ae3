import type { Submission, SubmissionOutcome } from '#db/ingest/ingestEvent.ts'
import { isRefusedByPostgres } from '#ops/service/postgresErrors.ts'

export type CommitQueueOptions = {
  /** Makes submissions of one tenant durable together and answers each in order; all or nothing. */
  readonly commit: (tenantId: string, submissions: readonly Submission[]) => Promise<readonly SubmissionOutcome[]>
  /** Commits at the same time. */
  readonly slots: number
}

export type CommitQueue = {
  /** Resolves when the submission is durable; rejects when it is not, or when that cannot be known. */
  submit(tenantId: string, submission: Submission): Promise<SubmissionOutcome>
  /** Resolves when nothing is waiting. */
  drain(): Promise<void>
  readonly waiting: () => number
}

// A group is one transaction and one batch; larger ones make everybody in them wait.
const MAX_GROUP_EVENTS = 20_000
const MAX_GROUP_REQUESTS = 1_000

type Waiting = { readonly submission: Submission; readonly resolve: (outcome: SubmissionOutcome) => void; readonly reject: (error: unknown) => void }

/**
 * Group commit: what arrives while the slots are busy is committed together with the tenant's other requests, tenants in turn. Nobody waits for
 * company: with a free slot a submission is committed at once.
 */
export function createCommitQueue({ commit, slots }: CommitQueueOptions): CommitQueue {
  const tenants = new Map<string, Waiting[]>()
  let busy = 0
  let waiting = 0
  let idle: (() => void)[] = []

  function next(): void {
    while (busy < slots) {
      const first = tenants.entries().next()
      if (first.done === true) break
      const [tenantId, queue] = first.value
      tenants.delete(tenantId)
      const group = takeGroup(queue)
      // What is left goes behind the other tenants.
      if (queue.length > 0) tenants.set(tenantId, queue)
      busy += 1
      void commitGroup(tenantId, group).finally(() => {
        busy -= 1
        waiting -= group.length
        next()
      })
    }
    if (busy > 0 || tenants.size > 0) return
    for (const resolve of idle) resolve()
    idle = []
  }

  async function commitGroup(tenantId: string, group: readonly Waiting[]): Promise<void> {
    try {
      const outcomes = await commit(
        tenantId,
        group.map(({ submission }) => submission),
      )
      group.forEach(({ resolve, reject }, index) => {
        const outcome = outcomes[index]
        if (outcome === undefined) reject(new Error('A commit answered fewer submissions than it was given.'))
        else resolve(outcome)
      })
    } catch (error) {
      if (group.length > 1 && isRefusedByPostgres(error)) {
        // One of them carries something that PostgreSQL refuses: the others are not made to pay for it.
        for (const single of group) await commitGroup(tenantId, [single])
        return
      }
      for (const { reject } of group) reject(error)
    }
  }

  return {
    submit: (tenantId, submission) =>
      new Promise((resolve, reject) => {
        const queue = tenants.get(tenantId)
        const entry = { submission, resolve, reject }
        if (queue === undefined) tenants.set(tenantId, [entry])
        else queue.push(entry)
        waiting += 1
        next()
      }),
    drain: () =>
      new Promise((resolve) => {
        idle.push(resolve)
        next()
      }),
    waiting: () => waiting,
  }
}

function takeGroup(queue: Waiting[]): readonly Waiting[] {
  let events = 0
  let end = 0
  for (const { submission } of queue) {
    const size = submission.events.length + submission.rejected.length
    if (end > 0 && (events + size > MAX_GROUP_EVENTS || end === MAX_GROUP_REQUESTS)) break
    events += size
    end += 1
  }
  return queue.splice(0, end)
}
