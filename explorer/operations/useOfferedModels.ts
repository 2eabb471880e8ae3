import { useQuery } from '@vue/apollo-composable'
import { computed } from 'vue'
import { EnumTextsDocument, type AttributionModel } from './generated/graphql.ts'

/** The schema names what is planned before it can be asked for. */
const planned = 'Not available yet'

/** Which models the API answers, by the words of its schema; none before these are here. */
export function useOfferedModels() {
  const { result } = useQuery(EnumTextsDocument, { type: 'AttributionModel' })
  const missing = computed(() => {
    const values = result.value?.about?.enumValues ?? []
    return new Set(values.filter(({ description }) => description?.includes(planned) === true).map(({ name }) => name))
  })
  return { isOffered: (model: AttributionModel): boolean => result.value !== undefined && !missing.value.has(model) }
}
