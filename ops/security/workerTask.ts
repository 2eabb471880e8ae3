import { Worker } from 'node:worker_threads'

type Answer<Output> = { readonly id: number; readonly output: Output } | { readonly id: number; readonly error: string }

/**
 * Runs a calculation that would keep the event loop busy in a thread of its own: started with the first question, one after another, and it keeps no
 * process alive. The file answers each `{ id, input }` with `{ id, output }` (see answerTasks).
 */
export function createWorkerTask<Input, Output>(file: URL): (input: Input) => Promise<Output> {
  const waiting = new Map<number, { readonly resolve: (output: Output) => void; readonly reject: (error: Error) => void }>()
  let worker: Worker | null = null
  let last = 0

  function fail(error: Error): void {
    worker = null
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }

  function start(): Worker {
    const started = new Worker(file)
    started.on('message', (answer: Answer<Output>) => {
      const asked = waiting.get(answer.id)
      waiting.delete(answer.id)
      if (waiting.size === 0) started.unref()
      if ('output' in answer) asked?.resolve(answer.output)
      else asked?.reject(new Error(answer.error))
    })
    // The next question starts another one.
    started.on('error', (error) => fail(error instanceof Error ? error : new Error(String(error))))
    started.on('exit', () => {
      if (worker === started) fail(new Error('The thread of a calculation has ended.'))
    })
    return started
  }

  return (input) =>
    new Promise<Output>((resolve, reject) => {
      worker ??= start()
      last += 1
      waiting.set(last, { resolve, reject })
      worker.ref()
      worker.postMessage({ id: last, input }, [])
    })
}
