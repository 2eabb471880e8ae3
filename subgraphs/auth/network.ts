import { isIP } from 'node:net'

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i

/** The /24 of an IPv4 address, the /48 of an IPv6 one: near enough to tell attempts apart, and not the address of a person. Null for what is no address. */
export function networkOf(address: string | null): string | null {
  const text = plain(address)
  return isIP(text) === 4 ? `${text.split('.').slice(0, 3).join('.')}.0/24` : isIP(text) === 6 ? prefixOf(text, 3) : null
}

/**
 * What limits go by: an IPv4 address, and of IPv6 the /64, since whoever has one address there has as many as they like. What is no address stands for
 * itself.
 */
export function originOf({ clientAddress }: { readonly clientAddress: string | null }): string {
  const text = plain(clientAddress)
  return isIP(text) === 6 ? prefixOf(text, 4) : text
}

const plain = (address: string | null): string => MAPPED.exec(address ?? '')?.[1] ?? address ?? ''

/** The first groups of 16 bits of an IPv6 address, each written in one way. */
function prefixOf(address: string, groups: 3 | 4): string {
  const [before = '', after] = address.split('%')[0]?.split('::') ?? []
  const head = before === '' ? [] : before.split(':')
  const tail = after === undefined || after === '' ? [] : after.split(':')
  const all = after === undefined ? head : [...head, ...Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => '0'), ...tail]
  const prefix = all.slice(0, groups).map((group) => Number.parseInt(group, 16).toString(16))
  return `${prefix.join(':')}::/${groups * 16}`
}
