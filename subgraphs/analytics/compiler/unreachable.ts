/** Ends a total switch: a new kind fails the type check here. */
export function unreachable(value: never): never {
  throw new Error(`Not a known kind: ${JSON.stringify(value)}`)
}
