import { parentPort } from 'node:worker_threads'

/** The other end of createWorkerTask, in the thread: answers every question that comes, in order. */
export function answerTasks<Input, Output>(work: (input: Input) => Output | Promise<Output>): void {
  parentPort?.on('message', async ({ id, input }: { readonly id: number; readonly input: Input }) => {
    try {
      parentPort?.postMessage({ id, output: await work(input) }, [])
    } catch (error) {
      // The text alone: the input is a password, and an error may carry it along.
      parentPort?.postMessage({ id, error: error instanceof Error ? error.name : 'Error' }, [])
    }
  })
}
