import { expect, it } from 'vitest'
import { isAddressIn, isNetwork } from './networks.ts'

it.each(['10.0.0.0/8', '10.1.2.3', '0.0.0.0/0', '2001:db8::/32', '::1', '::/0'])('%s is a network', (text) => {
  expect(isNetwork(text)).toBe(true)
})

it.each(['', '10.0.0.0/33', '10.0.0/8', '2001:db8::/129', 'example.com', '10.0.0.0/8 ', '10.0.0.0/', 'fe80::1%eth0', '10.0.0.0/-1'])('"%s" is none', (text) => {
  expect(isNetwork(text)).toBe(false)
})

it.each([
  [['10.1.0.0/16'], '10.1.255.255', true],
  [['10.1.0.0/16'], '10.2.0.0', false],
  [['10.1.0.0/16'], '::ffff:10.1.0.9', true],
  [['10.1.0.0/16'], '::ffff:10.2.0.9', false],
  [['192.0.2.7'], '192.0.2.7', true],
  [['192.0.2.7'], '192.0.2.8', false],
  [['2001:db8::/32'], '2001:db8:ffff::1', true],
  [['2001:db8::/32'], '2001:db9::1', false],
  [['2001:db8::/32', '10.0.0.0/8'], '10.9.9.9', true],
  [['::/0'], '10.0.0.1', true],
  [['10.0.0.0/8'], '', false],
  [['10.0.0.0/8'], 'no address', false],
  [['nonsense'], '10.0.0.1', false],
  [[], '10.0.0.1', false],
])('%j holds %s: %s', (networks, address, expected) => {
  expect(isAddressIn(networks, address)).toBe(expected)
})
