import { isIP } from 'node:net'

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i

/** The /24 of an IPv4 address, the /48 of an IPv6 one: near enough to tell attempts apart, and not the address of a person. Null for no address. */
export function networkOf(address: string | null): string | null {
  const text = MAPPED.exec(address ?? '')?.[1] ?? address ?? ''
  const version = isIP(text)
  if (version === 4) return `${text.split('.').slice(0, 3).join('.')}.0/24`
  if (version !== 6) return null
  const [before = '', after] = text.split('%')[0]?.split('::') ?? []
  const head = before === '' ? [] : before.split(':')
  const tail = after === undefined || after === '' ? [] : after.split(':')
  const groups = after === undefined ? head : [...head, ...Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => '0'), ...tail]
  const prefix = groups.slice(0, 3).map((group) => Number.parseInt(group, 16).toString(16))
  return `${prefix.join(':')}::/48`
}
