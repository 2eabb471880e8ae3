import type { FastifyRequest } from 'fastify'
import type { GatewayConfig } from '#ops/config.ts'
import { readPlace, type ClientPlace } from '#ops/service/clientPlace.ts'

/** Where the client of this request is, as the proxy before us says by the headers that were configured; without any it is unknown. */
export function clientPlaceOf({ headers }: Pick<FastifyRequest, 'headers'>, { country, coordinates }: GatewayConfig['geoHeaders']): ClientPlace {
  const text = (name: string): string | null => {
    const value = headers[name]
    return typeof value === 'string' ? value : null
  }
  const parts = coordinates.map(text)
  return readPlace({ country: country === null ? null : text(country), coordinates: parts.includes(null) || parts.length === 0 ? null : parts.join(',') })
}
