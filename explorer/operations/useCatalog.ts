import { useQuery } from '@vue/apollo-composable'
import { computed } from 'vue'
import { CatalogDocument } from './generated/graphql.ts'

/** A measure or a field of an answer, as it is defined. */
export type Definition = {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly source: string | null
  /** BigInt, Decimal or Float. */
  readonly type: string
  /** Such as count, users, currency, ratio, currency per user; share is a ratio that is read in percent; null when it has none. */
  readonly unit: string | null
}

/** What can be asked for, and what it means: measures, names of events, properties. */
export function useCatalog() {
  const { result, loading, error, refetch } = useQuery(CatalogDocument)
  const catalog = computed(() => result.value?.catalog ?? null)
  const measures = computed<readonly Definition[]>(() => (catalog.value?.measures ?? []).filter((each) => !each.needsArguments).map(asRead))
  const events = computed(() => catalog.value?.events ?? [])
  const properties = computed(() => [...new Set(events.value.flatMap((event) => event.properties.map((property) => property.name)))].sort())

  /** The definition of a measure of a question; one of its own for a name that the catalogue does not have (yet). */
  function measure(name: string): Definition {
    const event = name.startsWith('events:') ? name.slice('events:'.length) : null
    if (event !== null)
      return {
        name,
        title: event,
        description: `Rows of the event ${event}, touches and refunds included.`,
        source: `rows whose event is ${event}`,
        type: 'BigInt',
        unit: 'count',
      }
    return measures.value.find((each) => each.name === name) ?? { name, title: name, description: '', source: null, type: 'BigInt', unit: null }
  }
  return { measures, events, properties, measure, isLoading: loading, error, retry: () => void refetch() }
}

/** Rates are read in percent, returns as a factor. */
const shares = ['ctr', 'cvr', 'roi', 'retention']

function asRead<Field extends Definition>(field: Field): Field {
  return field.unit === 'ratio' && shares.includes(field.name) ? { ...field, unit: 'share' } : field
}
