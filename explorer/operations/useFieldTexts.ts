import { useQuery } from '@vue/apollo-composable'
import { computed } from 'vue'
import { FieldTextsDocument } from './generated/graphql.ts'
import type { Definition } from './useCatalog.ts'

type Shown = Pick<Definition, 'title' | 'type' | 'unit'> & { readonly source?: string }

/** Definitions of the fields of one type of the schema, in the schema's own words: for answers that the catalogue does not list. */
export function useFieldTexts(type: string) {
  const { result } = useQuery(FieldTextsDocument, { type })
  const texts = computed(() => new Map((result.value?.about?.fields ?? []).map((field) => [field.name, field.description ?? ''])))
  return {
    define: (name: string, { title, type: scalar, unit, source }: Shown): Definition => ({
      name,
      title,
      description: texts.value.get(name) ?? '',
      source: source ?? `${type}.${name}`,
      type: scalar,
      unit,
    }),
  }
}
