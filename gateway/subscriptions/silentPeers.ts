import { readFile } from 'node:fs/promises'
import { isIPv6, type Socket } from 'node:net'

export type SilentPeersOptions = {
  /** Between two looks. Default 4,000. */
  readonly lookMs?: number
  /** After this long without a word the connection is ended. Default 10,000. */
  readonly silentMs?: number
  /** The kernel's tables of connections. */
  readonly readTables?: () => Promise<readonly string[]>
}

/** A connection with its addresses. */
export type Peer = Pick<Socket, 'localAddress' | 'localPort' | 'remoteAddress' | 'remotePort'> & { destroy(): unknown }
export type SilentPeers = { readonly add: (peer: Peer) => void; readonly delete: (peer: Peer) => void; readonly stop: () => void }

/** The first look at which the kernel was sending again what was not acknowledged, and how often it had by the last. */
type Silence = { readonly sinceMs: number; readonly times: number }

const LOOK_MS = 4_000
const SILENT_MS = 10_000
const TABLES = ['/proc/net/tcp', '/proc/net/tcp6']
const ESTABLISHED = '01'
/** The timer of a connection that sends again; another waits for a reader whose window is closed, which acknowledges that. */
const SENDS_AGAIN = '01'

/**
 * Ends connections to those who are gone without a word, which TCP itself gives up only after a quarter of an hour: what was sent to them is sent again and
 * again, and nothing comes back. That is in the kernel's tables, on Linux alone; where there are none nothing is ended. Only what is written shows it, so the
 * connections need a heartbeat.
 */
export function watchSilentPeers({ lookMs = LOOK_MS, silentMs = SILENT_MS, readTables = readOfKernel }: SilentPeersOptions = {}): SilentPeers {
  const peers = new Map<Peer, Silence | null>()

  async function look(): Promise<void> {
    if (peers.size === 0) return
    const unacknowledged = new Map((await readTables()).flatMap((table) => sentAgain(table)))
    const nowMs = performance.now()
    for (const [peer, silence] of peers) {
      const times = unacknowledged.get(keyOf(peer)) ?? 0
      // Counted anew since the last look: it was heard of in between.
      const sinceMs = silence !== null && times >= silence.times ? silence.sinceMs : nowMs
      if (times > 0 && nowMs - sinceMs >= silentMs) peer.destroy()
      else peers.set(peer, times > 0 ? { sinceMs, times } : null)
    }
  }

  let isLooking = false
  const timer = setInterval(() => {
    if (isLooking) return
    isLooking = true
    void look().finally(() => {
      isLooking = false
    })
  }, lookMs)
  timer.unref()
  return { add: (peer) => void peers.set(peer, null), delete: (peer) => void peers.delete(peer), stop: () => clearInterval(timer) }
}

async function readOfKernel(): Promise<readonly string[]> {
  return Promise.all(TABLES.map((table) => readFile(table, 'latin1').catch(() => '')))
}

/** The connections of a table that send again, and how often they have: `sl local remote state tx:rx timer:when retransmits …`, addresses in hex. */
function sentAgain(table: string): readonly (readonly [string, number])[] {
  return table.split('\n').flatMap((line) => {
    const [, local = '', remote = '', state, , timer, times = '0'] = line.trim().split(/\s+/)
    if (state !== ESTABLISHED || !timer?.startsWith(SENDS_AGAIN)) return []
    return [[`${endOf(local)} ${endOf(remote)}`, parseInt(times, 16)] as const]
  })
}

const keyOf = ({ localAddress = '', localPort, remoteAddress = '', remotePort }: Peer): string =>
  `${plain(localAddress)} ${localPort} ${plain(remoteAddress)} ${remotePort}`

function endOf(hex: string): string {
  const [address = '', port = ''] = hex.split(':')
  return `${addressOf(address)} ${parseInt(port, 16)}`
}

/** Of words of four bytes, each written backwards. */
function addressOf(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).toReversed())
  if (bytes.length === 4) return bytes.map((byte) => parseInt(byte, 16)).join('.')
  return plain(bytes.map((byte, index) => (index % 2 === 0 && index > 0 ? `:${byte}` : byte)).join(''))
}

/** One spelling of each address; IPv4 in IPv6 is IPv4. */
function plain(address: string): string {
  const [withoutZone = ''] = address.split('%')
  if (!isIPv6(withoutZone)) return withoutZone
  const spelled = new URL(`http://[${withoutZone}]`).hostname.slice(1, -1)
  const [, high, low] = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(spelled) ?? []
  if (high === undefined || low === undefined) return spelled
  return [high, low].flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 255]).join('.')
}
