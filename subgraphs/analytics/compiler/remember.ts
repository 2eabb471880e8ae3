/** As many as the days of ten years in some time zones; some megabytes at most. */
const MAX_REMEMBERED = 20_000

/**
 * A pure function that remembers what it has answered, by the text of its arguments. Calendars of time zones cost some 20 µs a question, and all
 * who ask on one day ask about the same few days. When it is full it begins anew.
 */
export function remember<Arguments extends readonly (string | number)[], Value>(make: (...args: Arguments) => Value): (...args: Arguments) => Value {
  const known = new Map<string, { readonly value: Value }>()
  return (...args) => {
    const key = args.join(' ')
    const before = known.get(key)
    if (before !== undefined) return before.value
    const value = make(...args)
    if (known.size >= MAX_REMEMBERED) known.clear()
    known.set(key, { value })
    return value
  }
}
