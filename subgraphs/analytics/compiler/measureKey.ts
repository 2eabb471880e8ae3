const ARGUMENTS = ['name', 'event', 'property', 'as', 'level', 'days', 'of', 'approximate', 'compare'] as const

/** Names a measure with those of its arguments that make it another number; the response key it is selected under does not count. */
export function measureKey(name: string, args: Readonly<Record<string, unknown>>): string {
  const known = keys.get(args)
  if (known?.name === name) return known.key
  const given = ARGUMENTS.filter((argument) => args[argument] !== undefined && args[argument] !== null && args[argument] !== false)
  const key = [name, ...given.map((argument) => `${argument} ${JSON.stringify(args[argument])}`)].join(' ')
  keys.set(args, { name, key })
  return key
}

/** Every row of a field has the same object of arguments. */
const keys = new WeakMap<object, { readonly name: string; readonly key: string }>()

/** Names a part of the lifecycle. */
export const lifecycleKey = (part: string): string => `lifecycle ${part}`
