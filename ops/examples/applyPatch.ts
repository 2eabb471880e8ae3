// A live answer as patches, with any client of graphql-ws: ask with `extensions: { live: { patch: true } }`, and give each result to `nextAnswer`.
export type Operation = { readonly op: 'add' | 'replace'; readonly path: string; readonly value: unknown } | { readonly op: 'remove'; readonly path: string }
export type LiveResult = {
  readonly data?: unknown
  readonly errors?: unknown
  readonly extensions?: { readonly live?: { readonly revision: number; readonly after?: number; readonly patch?: readonly Operation[] } }
}

/** The whole data after a result: they are in it, or a patch of those before is. */
export function nextAnswer(before: unknown, { data, extensions }: LiveResult): unknown {
  const patch = extensions?.live?.patch
  return patch === undefined ? data : patch.reduce(apply, structuredClone(before))
}

function apply(root: unknown, operation: Operation): unknown {
  const names = operation.path
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
  const value = operation.op === 'remove' ? undefined : operation.value
  const last = names.pop()
  if (last === undefined) return value
  const target = names.reduce((part, name) => Reflect.get(part, name) as object, root as object)
  if (Array.isArray(target) && operation.op === 'add') target.splice(Number(last), 0, value)
  else if (Array.isArray(target) && operation.op === 'remove') target.splice(Number(last), 1)
  else if (operation.op === 'remove') Reflect.deleteProperty(target, last)
  // Not by assignment, which a member named __proto__ would not outlive.
  else Object.defineProperty(target, last, { value, configurable: true, enumerable: true, writable: true })
  return root
}
