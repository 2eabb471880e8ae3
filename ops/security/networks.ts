import { BlockList, isIP } from 'node:net'

/** Networks that a key names; more is a mistake. */
export const MAX_NETWORKS = 50

const BITS = { 4: 32, 6: 128 } as const
type Network = { readonly address: string; readonly prefix: number; readonly family: 'ipv4' | 'ipv6' }

function parseNetwork(text: string): Network | null {
  const [, address = '', prefixText] = /^([0-9a-fA-F:.]+)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const version = isIP(address)
  if (version !== 4 && version !== 6) return null
  const prefix = prefixText === undefined ? BITS[version] : Number(prefixText)
  return prefix > BITS[version] ? null : { address, prefix, family: version === 4 ? 'ipv4' : 'ipv6' }
}

/** Whether the text is one address, or a block of them in CIDR such as 10.1.0.0/16 or 2001:db8::/32. */
export const isNetwork = (text: string): boolean => parseNetwork(text) !== null

const lists = new WeakMap<readonly string[], BlockList>()

/** Whether the address lies in one of the networks. An IPv4 address counts as itself also when it comes as IPv6 (::ffff:10.0.0.1). */
export function isAddressIn(networks: readonly string[], address: string): boolean {
  const [plain = ''] = address.replace(/^::ffff:(?=\d+\.)/i, '').split('%')
  const version = isIP(plain)
  if (version === 0) return false
  const list = lists.get(networks) ?? listOf(networks)
  lists.set(networks, list)
  return list.check(plain, version === 4 ? 'ipv4' : 'ipv6')
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const text of networks) {
    const network = parseNetwork(text)
    // A key that names its networks works from nowhere else, so one that cannot be read opens nothing.
    if (network !== null) list.addSubnet(network.address, network.prefix, network.family)
  }
  return list
}
