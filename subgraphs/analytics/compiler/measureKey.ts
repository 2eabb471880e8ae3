/** Names a measure with those of its arguments that make it another number; the response key it is selected under does not count. */
export function measureKey(name: string, args: Readonly<Record<string, unknown>>): string {
  const { name: event, compare } = args
  return [name, ...(typeof event === 'string' ? [JSON.stringify(event)] : []), ...(typeof compare === 'string' ? [compare] : [])].join(' ')
}
