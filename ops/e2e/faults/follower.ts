import { setTimeout as wait } from 'node:timers/promises'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import type { Account, Entry, GroupAccount } from './ledger.ts'

export type FollowerOptions = {
  readonly wsUrl: string
  readonly apiKey: string
  /** Called with each batch that has entries. */
  readonly onDelivery: () => void
}

export type Follower = { readonly stop: () => Promise<void>; readonly hasBegun: () => boolean; readonly problems: readonly string[] }

type Batch = { readonly cursor: string; readonly entries: readonly Entry[]; readonly gap: { readonly reason: string } | null }

const FIELDS = 'cursor gap { reason } entries { id sequence revenue { amount } }'
const ALONE = `subscription Faults($after: Cursor) { conversions(after: $after) { ${FIELDS} } }`
const MEMBER = `subscription Member($group: String!) { conversions(group: $group, maxInFlight: 500) { ${FIELDS} } }`
const ACKNOWLEDGE = 'mutation Acknowledge($group: String!, $cursor: Cursor!) { acknowledgeConversions(group: $group, cursor: $cursor) { cursor } }'
const AGAIN_MS = 100

/** Follows the log, and goes on from its last cursor whenever its socket or stream ends, as a partner's program would. */
export function follow({ account, ...options }: FollowerOptions & { readonly account: Account }): Follower {
  let after: string | null = null
  return run(options, {
    ask: () => ({ query: ALONE, variables: { after } }),
    begins: () => (batch) => {
      after = batch.cursor
      account.take(batch.entries)
    },
  })
}

export type MemberOptions = FollowerOptions & { readonly account: GroupAccount; readonly group: string; readonly gatewayUrl: string }

/** One member of a group: acknowledges what it got, one batch after the other, and gives up what it did not when it is cut off. */
export function join({ account, group, gatewayUrl, ...options }: MemberOptions): Follower {
  async function acknowledge(batch: Batch, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const isDone = await mutate(gatewayUrl, { apiKey: options.apiKey, variables: { group, cursor: batch.cursor } })
      if (isDone === true) return account.acknowledged(batch.entries)
      account.uncertain(batch.entries)
      await wait(AGAIN_MS)
    }
  }
  return run(options, {
    ask: () => ({ query: MEMBER, variables: { group } }),
    begins: (signal) => {
      let last = Promise.resolve()
      return (batch) => {
        account.take(batch.entries)
        if (batch.entries.length > 0) last = last.then(() => acknowledge(batch, signal)).catch((error: unknown) => void account.problems.push(String(error)))
      }
    },
  })
}

type Part = {
  readonly ask: () => { readonly query: string; readonly variables: Record<string, unknown> }
  /** Makes what takes the batches of one connection, whose signal aborts when it is cut off. */
  readonly begins: (signal: AbortSignal) => (batch: Batch) => void
}

function run(options: FollowerOptions, part: Part): Follower {
  const over = new AbortController()
  const problems: string[] = []
  let hasBegun = false

  function note({ entries, gap }: Batch): void {
    hasBegun = true
    if (gap !== null) problems.push(`a gap was told: ${gap.reason}`)
    if (entries.length > 0) options.onDelivery()
  }

  async function live(): Promise<void> {
    while (!over.signal.aborted) {
      try {
        await connect(options, { part, note, signal: over.signal })
      } catch (error) {
        const lasting = lastingProblem(error)
        if (lasting !== null) problems.push(lasting)
      }
      await wait(AGAIN_MS)
    }
  }
  const living = live()
  return {
    stop: () => {
      over.abort()
      return living
    },
    hasBegun: () => hasBegun,
    problems,
  }
}

/** One that is given up before it was open says so by an error, which `iterate` has told already. */
class Socket extends WebSocket {
  constructor(...args: ConstructorParameters<typeof WebSocket>) {
    super(...args)
    this.on('error', () => {})
  }
}

type Connection = { readonly part: Part; readonly note: (batch: Batch) => void; readonly signal: AbortSignal }

/** One connection with one subscription, to its end. */
async function connect({ wsUrl, apiKey }: FollowerOptions, { part, note, signal }: Connection): Promise<void> {
  const cut = new AbortController()
  const connectionParams = { authorization: `Bearer ${apiKey}` }
  const client = createClient({ url: wsUrl, webSocketImpl: Socket, connectionParams, retryAttempts: 0 })
  const stop = (): void => client.terminate()
  signal.addEventListener('abort', stop, { once: true })
  const take = part.begins(cut.signal)
  try {
    for await (const { data, errors } of client.iterate<{ conversions: Batch | null }>(part.ask())) {
      if (!data?.conversions) throw errors ?? new Error('a batch without anything')
      note(data.conversions)
      take(data.conversions)
    }
  } finally {
    cut.abort()
    signal.removeEventListener('abort', stop)
    client.terminate()
  }
}

/** Killed processes pass; what would be refused again and again is for the report. */
const PASSING: ReadonlySet<unknown> = new Set(['DOWNSTREAM_UNAVAILABLE'])

function lastingProblem(error: unknown): string | null {
  if (!Array.isArray(error)) return null
  const isPassing = error.every((each: { readonly extensions?: { readonly code?: unknown } }) => PASSING.has(each.extensions?.code))
  return isPassing ? null : JSON.stringify(error).slice(0, 300)
}

/** Whether it was done; null when nothing tells. What would be refused again is thrown. */
async function mutate(gatewayUrl: string, { apiKey, variables }: { readonly apiKey: string; readonly variables: object }): Promise<boolean | null> {
  const answer = await fetch(`${gatewayUrl}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query: ACKNOWLEDGE, variables }),
    signal: AbortSignal.timeout(10_000),
  })
    .then((response) => response.json() as Promise<{ data?: { acknowledgeConversions?: unknown } | null; errors?: unknown }>)
    .catch(() => null)
  if (answer === null) return null
  if (answer.data?.acknowledgeConversions) return true
  if (lastingProblem(answer.errors) !== null) throw new Error(`An acknowledgement was refused: ${lastingProblem(answer.errors)}`)
  return null
}
