import { BlockList, isIPv4, isIPv6 } from 'node:net'

// Everything of IANA's special registries that is not for the whole internet, and what single clouds answer with secrets on.
const NOT_PUBLIC_IPV4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const
// What IPv6 gives to the internet is one block: addresses that hold an IPv4 address, of links, sites and groups lie outside of it.
const PUBLIC_IPV6 = ['2000::', 3] as const
// And within it protocol assignments with Teredo, documentation, 6to4, and AS112.
const NOT_PUBLIC_IPV6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
] as const

const refusedIPv4 = new BlockList()
for (const [address, prefix] of NOT_PUBLIC_IPV4) refusedIPv4.addSubnet(address, prefix, 'ipv4')
const publicIPv6 = new BlockList()
publicIPv6.addSubnet(...PUBLIC_IPV6, 'ipv6')
const refusedIPv6 = new BlockList()
for (const [address, prefix] of NOT_PUBLIC_IPV6) refusedIPv6.addSubnet(address, prefix, 'ipv6')

/** Whether the address, as a resolver or a socket writes it, is one of the whole internet. What is no address is not. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !refusedIPv4.check(address, 'ipv4')
  // A zone says that it is of one link.
  if (!isIPv6(address) || address.includes('%')) return false
  return publicIPv6.check(address, 'ipv6') && !refusedIPv6.check(address, 'ipv6')
}
