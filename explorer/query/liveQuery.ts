import type { ConversionFilter } from '../operations/generated/graphql.ts'
import { printList, readList, textOf, type Codec } from './codec.ts'

/** Which conversions the live page shows; an empty list does not narrow. */
export type LiveQuery = { readonly events: readonly string[]; readonly countries: readonly string[] }

export const defaultLive: LiveQuery = { events: [], countries: [] }

const maxValues = 100

export const liveCodec: Codec<LiveQuery> = {
  read(parameters) {
    const listOf = (name: string) => {
      const text = textOf(parameters, name)
      return text === null ? [] : [...new Set(readList(text))].filter((each) => each !== '').slice(0, maxValues)
    }
    return { events: listOf('event'), countries: listOf('country') }
  },
  write({ events, countries }) {
    return { ...(events.length === 0 ? {} : { event: printList(events) }), ...(countries.length === 0 ? {} : { country: printList(countries) }) }
  },
}

/** As the API takes it; null for all of them. */
export function conversionFilter({ events, countries }: LiveQuery): ConversionFilter | null {
  if (events.length === 0 && countries.length === 0) return null
  return { ...(events.length === 0 ? {} : { event: { in: [...events] } }), ...(countries.length === 0 ? {} : { country: { in: [...countries] } }) }
}
