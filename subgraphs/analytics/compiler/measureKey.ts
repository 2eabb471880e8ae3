/** Names a measure with those of its arguments that make it another number; the response key it is selected under does not count. */
export function measureKey(name: string, args: Readonly<Record<string, unknown>>): string {
  const event = args['name']
  return typeof event === 'string' ? `${name} ${JSON.stringify(event)}` : name
}
