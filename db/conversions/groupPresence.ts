import { randomInt } from 'node:crypto'
import pg from 'pg'
import type { Queryable } from '#db/pool.ts'
import type { Logger } from '#ops/logging.ts'

/** The channel on which members of groups are woken; the payload is the group's id. A lost notice costs one poll. */
const GROUPS_CHANNEL = 'umg_groups'
/** The first key of the advisory locks that living servers hold; the second is the server's own. */
export const PRESENCE_LOCK = 0x756d67

const MAX_KEY = 2 ** 31 - 1
const CHECK_MS = 5_000
const CONNECT_TIMEOUT_MS = 10_000

/** A process as the database knows it: alive for as long as its connection is. */
export type Presence = { readonly server: number; readonly isLost: () => boolean; readonly close: () => Promise<void> }

export type PresenceOptions = {
  readonly url: string
  readonly onNotice: (groupId: string) => void
  /** The connection is gone and with it all that was held; not called after `close`. */
  readonly onLost: () => void
  readonly log: Logger
}

// A process that is killed is noticed by its kernel's goodbye, one whose network is gone by the server's own looking: no clock decides.
const NOTICE_DEATH = 'SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3; SET tcp_user_timeout = 25000'

const NOTIFY = "SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, $2)"

/** Wakes the members of the group in every process, when the transaction is committed. */
export const notifyGroup = async (client: Queryable, groupId: string): Promise<void> => void (await client.query(NOTIFY, [GROUPS_CHANNEL, groupId]))

/** Makes this process known in one database by a session lock on a connection of its own, which hears notices too. */
export async function openPresence({ url, onNotice, onLost, log }: PresenceOptions): Promise<Presence> {
  const server = randomInt(1, MAX_KEY)
  const client = new pg.Client({
    connectionString: url,
    application_name: 'umg-groups',
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: CHECK_MS,
  })
  let isOver = false
  const close = async (): Promise<void> => {
    isOver = true
    clearInterval(timer)
    await client.end().catch(() => undefined)
  }
  const lose = (error?: unknown): void => {
    if (isOver) return
    log.warn({ err: error }, 'the presence in the database was lost')
    void close()
    onLost()
  }
  client.on('error', lose)
  client.on('end', () => lose())
  client.on('notification', ({ payload }) => onNotice(payload ?? ''))
  const timer = setInterval(() => void client.query('SELECT 1').catch(lose), CHECK_MS)
  timer.unref()
  try {
    await client.connect()
    await client.query(NOTICE_DEATH)
    await client.query(`LISTEN ${GROUPS_CHANNEL}`)
    await client.query('SELECT pg_advisory_lock($1, $2)', [PRESENCE_LOCK, server])
  } catch (error) {
    await close()
    throw error
  }
  return { server, isLost: () => isOver, close }
}
