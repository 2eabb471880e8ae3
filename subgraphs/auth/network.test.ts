import { expect, it } from 'vitest'
import { networkOf, originOf } from './network.ts'

it.each([
  ['192.0.2.77', '192.0.2.0/24'],
  ['::ffff:192.0.2.77', '192.0.2.0/24'],
  ['2001:db8:1:2::5', '2001:db8:1::/48'],
  ['2001:0DB8:0001:ffff:1:2:3:4', '2001:db8:1::/48'],
  ['2001:db8::1', '2001:db8:0::/48'],
  ['::1', '0:0:0::/48'],
  ['', null],
  ['nonsense', null],
])('%s is of %s', (address, network) => expect(networkOf(address)).toBe(network))

it.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2::7', '2001:db8:1:2::/64'],
  ['2001:0db8:0001:0002:ffff::1', '2001:db8:1:2::/64'],
  ['2001:db8:1:3::7', '2001:db8:1:3::/64'],
  ['', ''],
  [null, ''],
])('limits count %s as %s, so that whoever has many addresses of IPv6 has no more attempts', (clientAddress, origin) =>
  expect(originOf({ clientAddress })).toBe(origin),
)
