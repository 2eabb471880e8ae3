import type { ConversionFilter } from '../operations/generated/graphql.ts'
import { printList, readList, textOf, wordOf, type Codec } from './codec.ts'

/** What conversions can be broken down by while they come. */
export const liveDimensions = ['campaign', 'partner', 'event', 'country', 'platform', 'app'] as const
export type LiveDimension = (typeof liveDimensions)[number]

/** Which conversions the live page shows, and how; an empty list does not narrow. */
export type LiveQuery = {
  readonly events: readonly string[]
  readonly countries: readonly string[]
  /** An instant in ISO 8601 from which on the log is shown again; null for the last minutes. */
  readonly at: string | null
  readonly by: LiveDimension
}

export const defaultLive: LiveQuery = { events: [], countries: [], at: null, by: 'campaign' }

const maxValues = 100

export const liveCodec: Codec<LiveQuery> = {
  read(parameters) {
    const listOf = (name: string) => {
      const text = textOf(parameters, name)
      return text === null ? [] : [...new Set(readList(text))].filter((each) => each !== '').slice(0, maxValues)
    }
    const at = Date.parse(textOf(parameters, 'at') ?? '')
    return {
      events: listOf('event'),
      countries: listOf('country'),
      at: Number.isNaN(at) ? null : new Date(at).toISOString(),
      by: wordOf(textOf(parameters, 'by'), liveDimensions, defaultLive.by),
    }
  },
  write({ events, countries, at, by }) {
    return {
      ...(events.length === 0 ? {} : { event: printList(events) }),
      ...(countries.length === 0 ? {} : { country: printList(countries) }),
      ...(at === null ? {} : { at }),
      ...(by === defaultLive.by ? {} : { by }),
    }
  },
}

/** As the API takes it; null for all of them. */
export function conversionFilter({ events, countries }: Pick<LiveQuery, 'events' | 'countries'>): ConversionFilter | null {
  if (events.length === 0 && countries.length === 0) return null
  return { ...(events.length === 0 ? {} : { event: { in: [...events] } }), ...(countries.length === 0 ? {} : { country: { in: [...countries] } }) }
}
