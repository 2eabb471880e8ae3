/** Is aborted when all of them are; null where one of them, being null, never is. */
export function allAborted(signals: readonly (AbortSignal | null)[]): AbortSignal | null {
  const all = new AbortController()
  const left = new Set<AbortSignal>()
  for (const signal of signals) {
    if (signal === null) return null
    if (!signal.aborted) left.add(signal)
  }
  if (left.size === 0) all.abort()
  for (const signal of left)
    signal.addEventListener(
      'abort',
      () => {
        left.delete(signal)
        if (left.size === 0) all.abort()
      },
      { once: true },
    )
  return all.signal
}
