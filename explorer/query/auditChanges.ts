/** A field of what was changed, as it was and as it is since; null where it was not there. */
export type FieldChange = { readonly field: string; readonly before: string | null; readonly after: string | null }

/** The fields that changed, in the order in which they were noted. A value that is no object is one change without a field. */
export function auditChanges(before: unknown, after: unknown): readonly FieldChange[] {
  if (!isFields(before ?? {}) || !isFields(after ?? {})) return [{ field: '', before: printValue(before), after: printValue(after) }]
  const [old, next] = [fieldsOf(before), fieldsOf(after)]
  return [...new Set([...Object.keys(old), ...Object.keys(next)])].map((field) => ({ field, before: printValue(old[field]), after: printValue(next[field]) }))
}

/** camelCase and snake_case as people write: allowedNetworks is allowed networks. */
export const wordsOf = (field: string): string => field.replaceAll(/_|(?<=[a-z0-9])(?=[A-Z])/g, ' ').toLowerCase()

const isFields = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

const fieldsOf = (value: unknown): Record<string, unknown> => (isFields(value) ? value : {})

function printValue(value: unknown): string | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map((each) => printValue(each) ?? 'null').join(', ')
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : JSON.stringify(value)
}
