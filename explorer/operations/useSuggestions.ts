import { ref, shallowRef } from 'vue'
import { gql } from '@apollo/client/core'
import type { Choice } from '../design/choice.ts'
import { groupInput, groupSelection, readGroupValue, type Group } from '../query/dimensions.ts'
import { client } from '../session/client.ts'
import { rowOf, rowsOf } from './answer.ts'

const maxSuggestions = 500
/** Where values are looked for: the recent past is enough to suggest, and quick. */
const days = 90

/** The values that a dimension or property had lately, in their order, with names where there are any. Asked when `load` is called. */
export function useSuggestions() {
  const choices = shallowRef<readonly Choice[]>([])
  const isLoading = ref(false)
  let wanted = ''

  async function load(group: Group): Promise<void> {
    const text = `query Suggestions($input: MetricsInput!) { metrics(input: $input) { rows { ${groupSelection(group)} } } }`
    wanted = text
    choices.value = []
    isLoading.value = true
    const input = { range: { last: days, unit: 'DAY', includeCurrent: true }, timeZone: 'UTC', groupBy: [groupInput(group)], limit: maxSuggestions }
    const result = await client.query<unknown>({ query: gql(text), variables: { input } }).catch(() => null)
    if (wanted !== text) return
    isLoading.value = false
    // Suggestions are a convenience: where none can be had, values are typed.
    choices.value = rowsOf(rowOf(rowOf(result?.data)['metrics'])['rows']).flatMap((row) => {
      const { id, label } = readGroupValue(group, row)
      return id === null ? [] : [{ value: id, label, ...(label === id ? {} : { hint: id }) }]
    })
  }
  return { choices, isLoading, load }
}
