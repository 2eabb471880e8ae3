/**
 * An iterator whose `return` ends it at once: a generator's own would wait for the value that is awaited, which on a quiet stream may never come.
 * `begin` gets a signal that is aborted then; `end` runs once, however it ends, also when nothing was ever asked for.
 */
export function stoppable<Value>(begin: (signal: AbortSignal) => AsyncGenerator<Value, void>, end: () => void): AsyncIterableIterator<Value, void> {
  const stop = new AbortController()
  const values = begin(stop.signal)
  let hasEnded = false
  const endOnce = (): void => {
    if (!hasEnded) end()
    hasEnded = true
  }
  const finish = async (): Promise<IteratorResult<Value, void>> => {
    stop.abort()
    endOnce()
    await values.return()
    return { done: true, value: undefined }
  }
  return {
    next: async () => {
      try {
        const result = await values.next()
        if (result.done === true) endOnce()
        return result
      } catch (error) {
        endOnce()
        throw error
      }
    },
    return: finish,
    throw: async (error) => {
      await finish()
      throw error
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
