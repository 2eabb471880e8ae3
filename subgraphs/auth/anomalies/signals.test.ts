import { describe, expect, it } from 'vitest'
import { networkOf } from '../network.ts'
import { distanceBetween, signalsOf, type Attempt, type Earlier } from './signals.ts'

const BERLIN = { latitude: 52.52, longitude: 13.405 }
const POTSDAM = { latitude: 52.396, longitude: 13.058 }
const NEW_YORK = { latitude: 40.7128, longitude: -74.006 }
const SYDNEY = { latitude: -33.8688, longitude: 151.2093 }

const noon = new Date('2026-05-01T12:00:00Z')
const before = (minutes: number): Date => new Date(noon.getTime() - minutes * 60_000)
const attempt = (change: Partial<Attempt> = {}): Attempt => ({
  at: noon,
  network: '192.0.2.0/24',
  country: 'DE',
  coordinates: BERLIN,
  device: 'Firefox on Linux',
  ...change,
})
const success = (change: Partial<Attempt> & { readonly signals?: readonly string[] } = {}) => ({
  signals: [],
  ...attempt({ at: before(1440), ...change }),
  ...change,
})
const kindsOf = (login: Attempt, earlier: Partial<Earlier>) => signalsOf(login, { succeeded: [], failed: [], ...earlier }).map(({ kind }) => kind)
const failures = (count: number, change: (index: number) => Partial<Attempt> = () => ({})) =>
  Array.from({ length: count }, (_, index) => attempt({ at: before(10), ...change(index) }))

describe('a login', () => {
  it('like the one before, and the first ever, has nothing unusual', () => {
    expect(kindsOf(attempt(), { succeeded: [success()] })).toEqual([])
    expect(kindsOf(attempt(), {})).toEqual([])
  })

  it('from a device or a country that never was is noticed', () => {
    const succeeded = [success(), success({ device: 'Safari on iPhone', country: 'FR' })]
    expect(kindsOf(attempt({ device: 'curl' }), { succeeded })).toEqual(['NEW_DEVICE'])
    expect(kindsOf(attempt({ country: 'BR' }), { succeeded })).toEqual(['NEW_COUNTRY'])
    expect(kindsOf(attempt({ device: 'Safari on iPhone', country: 'FR' }), { succeeded })).toEqual([])
  })

  it('from an unknown country, or after unknown ones, is not guessed about', () => {
    expect(kindsOf(attempt({ country: null, coordinates: null }), { succeeded: [success()] })).toEqual([])
    expect(kindsOf(attempt(), { succeeded: [success({ country: null, coordinates: null })] })).toEqual([])
  })

  it('faster than an airliner is noticed: across the ocean after seven hours it can be, after five it cannot', () => {
    const from = (minutes: number) => ({ succeeded: [success({ at: before(minutes) })] })
    expect(kindsOf(attempt({ coordinates: NEW_YORK }), from(7 * 60))).toEqual([])
    expect(kindsOf(attempt({ coordinates: NEW_YORK }), from(5 * 60))).toEqual(['IMPOSSIBLE_TRAVEL'])
    expect(signalsOf(attempt({ coordinates: NEW_YORK }), { ...from(5 * 60), failed: [] })[0]?.details).toEqual({ distanceKm: 6385, minutes: 300 })
  })

  it('from the town nearby a minute later is nobody travelling', () => {
    expect(kindsOf(attempt({ coordinates: POTSDAM }), { succeeded: [success({ at: before(1) })] })).toEqual([])
  })

  it('is compared with the last one whose place is known', () => {
    const succeeded = [success({ at: before(30), coordinates: null }), success({ at: before(60), coordinates: SYDNEY })]
    expect(kindsOf(attempt(), { succeeded })).toEqual(['IMPOSSIBLE_TRAVEL'])
  })

  it('after ten failures since the one before is noticed, after nine it is not', () => {
    expect(kindsOf(attempt(), { succeeded: [success()], failed: failures(9) })).toEqual([])
    expect(kindsOf(attempt(), { succeeded: [success()], failed: failures(10) })).toEqual(['LOGIN_VELOCITY'])
    expect(kindsOf(attempt(), { succeeded: [success({ at: before(5) })], failed: failures(10) })).toEqual([])
    expect(kindsOf(attempt(), { succeeded: [], failed: failures(10) })).toEqual(['LOGIN_VELOCITY'])
  })

  it('after attempts from five networks within an hour is noticed, once an hour', () => {
    const failed = failures(4, (index) => ({ network: `198.51.${index}.0/24` }))
    expect(kindsOf(attempt(), { succeeded: [success()], failed })).toEqual(['LOGIN_VELOCITY'])
    expect(kindsOf(attempt(), { succeeded: [success()], failed: failed.slice(1) })).toEqual([])
    const old = failed.map((each) => ({ ...each, at: before(61) }))
    expect(kindsOf(attempt(), { succeeded: [success()], failed: old })).toEqual([])
    expect(kindsOf(attempt(), { succeeded: [success({ at: before(20), signals: ['LOGIN_VELOCITY'] })], failed })).toEqual([])
  })
})

describe('where a login came from', () => {
  it.each([
    ['192.0.2.77', '192.0.2.0/24'],
    ['::ffff:192.0.2.77', '192.0.2.0/24'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
    ['2001:DB8::6', '2001:db8:0::/48'],
    ['::1', '0:0:0::/48'],
    ['fe80::1%eth0', 'fe80:0:0::/48'],
    ['nowhere', null],
    [null, null],
  ])('is the network of %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })

  it('lies as far away as an atlas says', () => {
    expect(distanceBetween(BERLIN, SYDNEY)).toBeCloseTo(16_094, -1)
    expect(distanceBetween({ latitude: 0, longitude: 179.5 }, { latitude: 0, longitude: -179.5 })).toBeCloseTo(111.2, 1)
  })
})
