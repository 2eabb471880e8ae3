import { createClient } from 'graphql-ws'
import { renew } from '../session/session.ts'
import { keepAliveMs, socketCredentials, socketUrl } from '../session/socket.ts'
import type { Sent } from './useAnalysis.ts'

type Problem = { readonly message: string; readonly extensions?: Readonly<Record<string, unknown>> }

export type AnswerSink = {
  /** The whole answer, whenever it is another. */
  readonly next: (data: unknown, errors: readonly Problem[]) => void
  /** It is over, for a reason that would be the same again. */
  readonly failed: (errors: readonly Problem[]) => void
}

const unauthenticated = 4401
const retryMs = 2_000

/** The same question as a subscription of one root field. Opened again whenever its connection is lost; answers how to end it. */
export function followAnswer({ text, variables }: Sent, { next, failed }: AnswerSink): () => void {
  const query = text.replace(/^query/, 'subscription')
  const client = createClient({ url: socketUrl, lazy: true, retryAttempts: 0, keepAlive: keepAliveMs, connectionParams: socketCredentials })
  let isOver = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let unsubscribe = (): void => undefined

  function open(): void {
    if (isOver) return
    let lastErrors: readonly Problem[] = []
    unsubscribe = client.subscribe(
      { query, variables: { ...variables } },
      {
        next: ({ data, errors = [] }) => {
          lastErrors = errors
          next(data ?? null, errors)
        },
        error: (reason) => {
          if (Array.isArray(reason)) failed(reason as Problem[])
          else if (isUnauthenticated(reason)) void renew().finally(again)
          else again()
        },
        // What the server ends without a word it was asked to, as when it restarts.
        complete: () => {
          if (lastErrors.length === 0) again()
        },
      },
    )
  }

  function again(): void {
    timer = setTimeout(open, retryMs)
  }

  open()
  return () => {
    isOver = true
    clearTimeout(timer)
    unsubscribe()
    void client.dispose()
  }
}

const isUnauthenticated = (reason: unknown): boolean => typeof reason === 'object' && reason !== null && 'code' in reason && reason.code === unauthenticated
