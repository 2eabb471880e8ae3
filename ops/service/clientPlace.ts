/** Where a client is, as far as somebody told who can know; nothing of it is guessed. */
export type ClientPlace = {
  /** ISO 3166 alpha-2; null: unknown. */
  readonly country: string | null
  /** Degrees, north and east positive; null: unknown. */
  readonly coordinates: Coordinates | null
}
export type Coordinates = { readonly latitude: number; readonly longitude: number }

export const NOWHERE: ClientPlace = { country: null, coordinates: null }

/** What proxies say for a country that they do not know. */
const UNKNOWN_COUNTRIES = new Set(['XX', 'ZZ'])
const COORDINATES = /^(-?\d{1,2}(?:\.\d{1,10})?)[,; ]\s*(-?\d{1,3}(?:\.\d{1,10})?)$/

/** Reads two letters and `52.52,13.40`; whatever else stands there is unknown. */
export function readPlace({ country, coordinates }: { readonly country: string | null; readonly coordinates: string | null }): ClientPlace {
  const code = country?.trim().toUpperCase() ?? ''
  return { country: /^[A-Z]{2}$/.test(code) && !UNKNOWN_COUNTRIES.has(code) ? code : null, coordinates: readCoordinates(coordinates?.trim() ?? '') }
}

/** As `readPlace` reads it. */
export const printCoordinates = ({ latitude, longitude }: Coordinates): string => `${latitude.toFixed(4)},${longitude.toFixed(4)}`

function readCoordinates(text: string): Coordinates | null {
  const [, north, east] = COORDINATES.exec(text) ?? []
  if (north === undefined || east === undefined) return null
  const latitude = Number(north)
  const longitude = Number(east)
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude } : null
}
