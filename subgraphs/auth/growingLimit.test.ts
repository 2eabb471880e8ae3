import { describe, expect, it } from 'vitest'
import { createGrowingLimit } from './growingLimit.ts'
import { networkOf, originOf } from './network.ts'

describe('a limit that grows', () => {
  it('lets five through a minute, and who comes more often waits longer each time', () => {
    let now = new Date(0)
    const limit = createGrowingLimit({ uses: 5, windowMs: 60_000, now: () => now })
    const at = (seconds: number) => {
      now = new Date(seconds * 1000)
      return limit.take('a')
    }
    for (let use = 0; use < 5; use += 1) expect(at(use)).toBeNull()
    expect(limit.take('b')).toBeNull()
    expect(at(10)).toBe(50)
    expect(at(59)).toBe(1)
    for (let use = 0; use < 5; use += 1) expect(at(60)).toBeNull()
    // The second time: what is left of the minute and another one.
    expect(at(61)).toBe(119)
    expect(at(179)).toBe(1)
    for (let use = 0; use < 5; use += 1) expect(at(180)).toBeNull()
    expect(at(181)).toBe(59 + 180)
    // An hour of quiet is forgiven.
    for (let use = 0; use < 5; use += 1) expect(at(240 + 180 + 3_600)).toBeNull()
    expect(at(240 + 180 + 3_600)).toBe(60)
  })

  it('never waits longer than an hour, nor remembers more keys than it may', () => {
    let seconds = 0
    const limit = createGrowingLimit({ uses: 1, windowMs: 60_000, now: () => new Date(seconds * 1000), maxKeys: 2 })
    for (let strike = 0; strike < 12; strike += 1) {
      limit.take('a')
      seconds += limit.take('a') ?? 0
    }
    limit.take('a')
    expect(limit.take('a')).toBe(3_600)
    limit.take('b')
    limit.take('c')
    expect(limit.take('a')).toBeNull()
  })
})

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
