/** Names a measure with those of its arguments that make it another number; the response key it is selected under does not count. */
export function measureKey(name: string, args: Readonly<Record<string, unknown>>): string {
  const known = keys.get(args)
  if (known?.name === name) return known.key
  const { name: event, compare } = args
  const key = [name, ...(typeof event === 'string' ? [JSON.stringify(event)] : []), ...(typeof compare === 'string' ? [compare] : [])].join(' ')
  keys.set(args, { name, key })
  return key
}

/** Every row of a field has the same object of arguments. */
const keys = new WeakMap<object, { readonly name: string; readonly key: string }>()
