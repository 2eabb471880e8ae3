import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { isAddressIn } from '#ops/security/networks.ts'

/** What a request says of where it comes from. */
export type Arrival = {
  /** The other end of the connection. */
  readonly remoteAddress: string | undefined
  /** The header X-Forwarded-For, in which each proxy adds who asked it at the end. */
  readonly forwardedFor: string | readonly string[] | undefined
}

/** Whoever could write more addresses than any chain of proxies has is not read to the end. */
const MAX_HOPS = 32
const MAX_USER_AGENT_CHARACTERS = 300

/**
 * The address of the client. The header is believed as far as proxies of ours wrote it: what stands before the first address that is none of them the
 * client may have invented. Without trusted networks the connection alone tells.
 */
export function clientAddressOf({ remoteAddress = '', forwardedFor = '' }: Arrival, trusted: readonly string[]): string {
  if (trusted.length === 0) return remoteAddress
  const hops = [forwardedFor].flat().join(',').split(',').slice(-MAX_HOPS)
  let address = remoteAddress
  while (isAddressIn(trusted, address)) {
    const before = hops.pop()?.trim() ?? ''
    if (isIP(before) === 0) break
    address = before
  }
  return address
}

/** As much of it as anything needs: it is the client's own text, and may be long. */
export const userAgentOf = ({ headers }: Pick<IncomingMessage, 'headers'>): string => (headers['user-agent'] ?? '').slice(0, MAX_USER_AGENT_CHARACTERS)

export const arrivalOf = ({ socket, headers }: Pick<IncomingMessage, 'socket' | 'headers'>): Arrival => ({
  remoteAddress: socket.remoteAddress,
  forwardedFor: headers['x-forwarded-for'],
})
