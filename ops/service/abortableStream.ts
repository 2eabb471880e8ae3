/**
 * The same events, but ended at once when the consumer leaves: `ending` is aborted and a `next` that waits is answered. An async generator by itself
 * takes note of `return` only after its next event, which in a quiet stream may never come.
 */
export function abortableStream<Event>(source: AsyncIterable<Event>, ending: AbortController): AsyncGenerator<Event, void, undefined> {
  const events = source[Symbol.asyncIterator]()
  const done = { done: true, value: undefined } as const
  // Not a race with one promise for the whole stream: that promise would remember every event's.
  let release: ((step: typeof done) => void) | null = null
  ending.signal.addEventListener('abort', () => release?.(done), { once: true })

  async function end(): Promise<typeof done> {
    ending.abort()
    // Not awaited: it may wait for the event that does not come. What it throws has nobody left to tell.
    void Promise.resolve(events.return?.()).catch(() => {})
    return done
  }

  return {
    next: () =>
      new Promise((resolve, reject) => {
        if (ending.signal.aborted) return resolve(done)
        release = resolve
        events.next().then((step) => resolve(step.done === true ? done : step), reject)
      }),
    return: end,
    throw: end,
    [Symbol.asyncIterator]() {
      return this
    },
    [Symbol.asyncDispose]: async () => void (await end()),
  }
}
