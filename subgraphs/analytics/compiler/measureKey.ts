const ARGUMENTS = ['name', 'event', 'property', 'as', 'level', 'days', 'of', 'approximate', 'compare'] as const

/** Names a measure with those of its arguments that make it another number; the response key it is selected under does not count. */
export function measureKey(name: string, args: Readonly<Record<string, unknown>>): string {
  const given = ARGUMENTS.filter((argument) => args[argument] !== undefined && args[argument] !== null && args[argument] !== false)
  return [name, ...given.map((argument) => `${argument} ${JSON.stringify(args[argument])}`)].join(' ')
}

/** Names a part of the lifecycle. */
export const lifecycleKey = (part: string): string => `lifecycle ${part}`
