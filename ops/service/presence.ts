/** Whether a value was left out, in GraphQL's two spellings of it: null and undefined. */
export function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined
}
