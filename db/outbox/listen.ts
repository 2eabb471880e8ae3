import pg from 'pg'
import type { Logger } from '#ops/logging.ts'
import { OUTBOX_CHANNEL } from './append.ts'

export type Listener = { readonly stop: () => Promise<void> }

const RECONNECT_MS = 2_000

export type ListenOptions = {
  readonly url: string
  /** Gets the notice's text; '' when a connection was made, since notices may have been lost before. */
  readonly onMessage: (payload: string) => void
  readonly log: Logger
  /** Default: the outbox's. */
  readonly channel?: string
}

/** Calls `onMessage` for each notice, on a connection of its own that is made again when it is lost. Notices of the gap are lost: the caller polls too. */
export function listenForMessages({ url, onMessage, log, channel = OUTBOX_CHANNEL }: ListenOptions): Listener {
  let isStopping = false
  let client: pg.Client | null = null
  let timer: NodeJS.Timeout | undefined

  async function connect(): Promise<void> {
    const next = new pg.Client({ connectionString: url, application_name: `umg-listen-${channel}`, keepAlive: true })
    next.on('error', (error) => log.debug({ err: error, channel }, 'a listening connection failed'))
    next.on('end', () => again(next))
    next.on('notification', ({ payload }) => onMessage(payload ?? ''))
    client = next
    try {
      await next.connect()
      await next.query(`LISTEN ${channel}`)
      onMessage('')
    } catch (error) {
      log.debug({ err: error, channel }, 'cannot listen; there is the poll')
      await next.end().catch(() => undefined)
      again(next)
    }
  }

  function again(ended: pg.Client): void {
    if (isStopping || client !== ended) return
    client = null
    timer = setTimeout(() => void connect(), RECONNECT_MS)
  }

  void connect()
  return {
    stop: async () => {
      isStopping = true
      clearTimeout(timer)
      await client?.end().catch(() => undefined)
    },
  }
}
