import { describe, expect, it } from 'vitest'
import { clientAddressOf } from './clientAddress.ts'

const PROXIES = ['10.0.0.0/8', 'fd00::/8']
const of = (remoteAddress: string | undefined, forwardedFor?: string | string[], trusted: readonly string[] = PROXIES) =>
  clientAddressOf({ remoteAddress, forwardedFor }, trusted)

describe('the address of a client', () => {
  it('is the connection’s where no proxy is trusted, whatever the header says', () => {
    expect(of('10.0.0.1', '192.0.2.7', [])).toBe('10.0.0.1')
    expect(of(undefined, '192.0.2.7', [])).toBe('')
  })

  it('is the connection’s when that is no proxy of ours', () => {
    expect(of('203.0.113.9', '192.0.2.7')).toBe('203.0.113.9')
  })

  it.each([
    ['what the proxy saw', '192.0.2.7', '192.0.2.7'],
    ['what the first proxy of a chain saw', '192.0.2.7, 10.1.1.1, fd00::2', '192.0.2.7'],
    ['not what the client wrote before it', '10.9.9.9, 198.51.100.1, 192.0.2.7', '192.0.2.7'],
    ['IPv6 too', '2001:db8::7', '2001:db8::7'],
    ['the last proxy’s where it wrote none', '', '10.0.0.1'],
    ['the last proxy’s where it wrote what is no address', '192.0.2.7, unknown', '10.0.0.1'],
  ])('behind a proxy is %s', (_what, header, address) => {
    expect(of('10.0.0.1', header)).toBe(address)
    expect(of('::ffff:10.0.0.1', header.split(', '))).toBe(address === '10.0.0.1' ? '::ffff:10.0.0.1' : address)
  })
})
