import type { Coordinates } from '#ops/service/clientPlace.ts'

/** What can be unusual about a login. */
export type SignalKind = 'NEW_DEVICE' | 'NEW_COUNTRY' | 'IMPOSSIBLE_TRAVEL' | 'LOGIN_VELOCITY'
export type Signal = {
  readonly kind: SignalKind
  /** The sentence that the owner reads. */
  readonly told: string
  /** For the audit log. */
  readonly details: Readonly<Record<string, string | number>>
}

/** An attempt to log in. What is null is unknown, and unknown is never unusual. */
export type Attempt = {
  readonly at: Date
  readonly network: string | null
  readonly country: string | null
  readonly coordinates: Coordinates | null
  readonly device: string
}
export type Earlier = {
  /** Logins of the last 90 days, the newest first. */
  readonly succeeded: readonly (Attempt & { readonly signals: readonly string[] })[]
  /** Failures of the last hour, in any order. */
  readonly failed: readonly Attempt[]
}

/** How long failures count, and addresses. */
export const VELOCITY_MS = 3_600_000
const MANY_FAILURES = 10
const MANY_NETWORKS = 5
/** Faster than an airliner with the wind behind it. */
const FASTEST_KM_PER_HOUR = 1_000
/** Coordinates of an address are those of a town at best. */
const NEAR_KM = 200
const EARTH_RADIUS_KM = 6_371

/** What is unusual about a login that is about to succeed. The first login ever has nothing to differ from. */
export function signalsOf(login: Attempt, earlier: Earlier): readonly Signal[] {
  return [newDevice, newCountry, impossibleTravel, loginVelocity].flatMap((signal) => signal(login, earlier) ?? [])
}

type FindSignal = (login: Attempt, earlier: Earlier) => Signal | null

const newDevice: FindSignal = ({ device }, { succeeded }) => {
  if (succeeded.length === 0 || succeeded.some((each) => each.device === device)) return null
  return { kind: 'NEW_DEVICE', told: `It came from a device that did not log in before: ${device}.`, details: { device } }
}

const newCountry: FindSignal = ({ country }, { succeeded }) => {
  const known = new Set(succeeded.flatMap((each) => each.country ?? []))
  if (country === null || known.size === 0 || known.has(country)) return null
  return {
    kind: 'NEW_COUNTRY',
    told: `It came from a country that it never came from before: ${country}.`,
    details: { country, before: [...known].toSorted().join(' ') },
  }
}

const impossibleTravel: FindSignal = ({ at, coordinates }, { succeeded }) => {
  const last = succeeded.find((each) => each.coordinates !== null)
  if (coordinates === null || last === undefined || last.coordinates === null) return null
  const distanceKm = Math.round(distanceBetween(coordinates, last.coordinates))
  const hours = Math.max(0, at.getTime() - last.at.getTime()) / 3_600_000
  if (distanceKm <= NEAR_KM || distanceKm <= hours * FASTEST_KM_PER_HOUR) return null
  const minutes = Math.round(hours * 60)
  const told = `The login before came from ${distanceKm} km away, ${minutes} minutes earlier: nobody travels that fast.`
  return { kind: 'IMPOSSIBLE_TRAVEL', told, details: { distanceKm, minutes } }
}

const loginVelocity: FindSignal = (login, { succeeded, failed }) => {
  const since = login.at.getTime() - VELOCITY_MS
  const recent = succeeded.filter(({ at }) => at.getTime() > since)
  // Noticed once is enough for the hour.
  if (recent.some(({ signals }) => signals.includes('LOGIN_VELOCITY'))) return null
  const last = recent[0]?.at.getTime() ?? since
  const failures = failed.filter(({ at }) => at.getTime() > last).length
  const attempts = [login, ...recent, ...failed.filter(({ at }) => at.getTime() > since)]
  const networks = new Set(attempts.flatMap(({ network }) => network ?? [])).size
  if (failures < MANY_FAILURES && networks < MANY_NETWORKS) return null
  const told = failures >= MANY_FAILURES ? `${failures} failed attempts came before it.` : `Attempts came from ${networks} networks within an hour.`
  return { kind: 'LOGIN_VELOCITY', told, details: { failures, networks } }
}

/** Kilometres along the surface (haversine). */
export function distanceBetween(from: Coordinates, to: Coordinates): number {
  const radians = (degrees: number): number => (degrees * Math.PI) / 180
  const half = (a: number, b: number): number => Math.sin(radians(b - a) / 2) ** 2
  const chord = half(from.latitude, to.latitude) + Math.cos(radians(from.latitude)) * Math.cos(radians(to.latitude)) * half(from.longitude, to.longitude)
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(chord)))
}
