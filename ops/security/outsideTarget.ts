import { Resolver } from 'node:dns/promises'
import { isIP } from 'node:net'
import { isAddressIn } from './networks.ts'
import { isPublicAddress } from './publicAddress.ts'

/** All addresses of a host name. Throws what a resolver throws, with its `code`. */
export type ResolveHost = (hostname: string) => Promise<readonly string[]>

/** Why nothing is sent to a URL; the sentence may be shown to whoever gave it. */
export class RefusedTarget extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'RefusedTarget'
  }
}

export type TargetRules = {
  /** Networks that may be sent to although they are not of the whole internet, and also without TLS. */
  readonly allowedNetworks: readonly string[]
  readonly resolve: ResolveHost
}

export const MAX_TARGET_LENGTH = 2_000

/** The URL as it will be asked for. Throws RefusedTarget for what no target may look like, wherever its name leads. */
export function parseTarget(text: string): URL {
  if (text.length > MAX_TARGET_LENGTH) throw new RefusedTarget(`It may have at most ${MAX_TARGET_LENGTH} characters, and has ${text.length}.`)
  const url = URL.parse(text)
  // White space, tabs and line ends within are taken away by URL: what was checked is then not what was written.
  if (url === null || /[\s\p{Cc}\\]/u.test(text)) throw new RefusedTarget('It is no URL.')
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new RefusedTarget('It must begin with https://.')
  if (url.username !== '' || url.password !== '') throw new RefusedTarget('It may hold no user name and no password.')
  if (url.hash !== '') throw new RefusedTarget('It may have no part behind a #.')
  return url
}

/** The name or address of the URL's host, as a resolver takes it: without brackets, and without a dot at its end. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.+$/, '')

/**
 * The addresses that a connection to this host may be made to. Throws RefusedTarget when one of them is not of the whole internet and not allowed:
 * a name that leads inside as well is not trusted to lead outside. Connect to one of these and to nothing else, since the name may lead
 * somewhere else a moment later.
 */
export async function findAddresses(url: URL, { allowedNetworks, resolve }: TargetRules): Promise<readonly string[]> {
  const host = hostOf(url)
  const addresses = isIP(host) === 0 ? await resolve(host) : [host]
  if (addresses.length === 0) throw new RefusedTarget(`The host ${host} has no address.`)
  for (const address of addresses) {
    if (isAddressIn(allowedNetworks, address)) continue
    if (!isPublicAddress(address)) throw new RefusedTarget(`The host ${host} has an address that is not of the public internet.`)
    if (url.protocol !== 'https:') throw new RefusedTarget('It must begin with https://.')
  }
  return addresses
}

const LOOPBACK = ['127.0.0.1', '::1'] as const
const NOT_THERE: ReadonlySet<unknown> = new Set(['ENODATA', 'ENOTFOUND'])

/** Asks DNS itself and never the file of hosts: the system's own way holds a thread for each name, and a few that hang would hold all of them. */
export function createHostResolver({ timeoutMs = 2_000 }: { readonly timeoutMs?: number } = {}): ResolveHost {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 2 })
  return async (hostname) => {
    const name = hostname.toLowerCase()
    // By RFC 6761 this name is the machine itself, and no resolver is asked.
    if (name === 'localhost' || name.endsWith('.localhost')) return LOOPBACK
    const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)])
    const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
    const failure = answers.find((answer) => answer.status === 'rejected' && !NOT_THERE.has(answer.reason?.code))
    if (addresses.length === 0 && failure?.status === 'rejected') throw failure.reason
    return addresses
  }
}
