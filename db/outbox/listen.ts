import pg from 'pg'
import type { Logger } from '#ops/logging.ts'
import { OUTBOX_CHANNEL } from './append.ts'

export type Listener = { readonly stop: () => Promise<void> }

const RECONNECT_MS = 2_000

/** Calls `onMessage` for each notice, on a connection of its own that is made again when it is lost. Notices of the gap are lost: the caller polls too. */
export function listenForMessages({ url, onMessage, log }: { readonly url: string; readonly onMessage: () => void; readonly log: Logger }): Listener {
  let isStopping = false
  let client: pg.Client | null = null
  let timer: NodeJS.Timeout | undefined

  async function connect(): Promise<void> {
    const next = new pg.Client({ connectionString: url, application_name: 'umg-relay-listen', keepAlive: true })
    next.on('error', (error) => log.debug({ err: error }, 'the relay’s listening connection failed'))
    next.on('end', () => again(next))
    next.on('notification', onMessage)
    client = next
    try {
      await next.connect()
      await next.query(`LISTEN ${OUTBOX_CHANNEL}`)
      onMessage()
    } catch (error) {
      log.debug({ err: error }, 'the relay cannot listen; it polls')
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
