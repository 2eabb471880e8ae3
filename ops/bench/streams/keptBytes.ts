import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { WebSocket } from 'ws'

const DEBUGGER = 'http://127.0.0.1:9229/json/list'
const PATIENCE_MS = 10_000
const LOOK_MS = 50

/** What is left on the heap of a Node process once its garbage is collected, as its debugger says, which listens on this machine from the signal on. */
export async function keptBytes(pid: number): Promise<number> {
  process.kill(pid, 'SIGUSR1')
  const socket = new WebSocket(await debuggerUrl())
  await once(socket, 'open')
  const ask = async <Result>(method: string, params: object = {}): Promise<Result> => {
    socket.send(JSON.stringify({ id: 1, method, params }))
    const [answer] = (await once(socket, 'message')) as [Buffer]
    return (JSON.parse(answer.toString('utf8')) as { readonly result: Result }).result
  }
  try {
    const { result } = await ask<{ readonly result: { readonly value: number } }>('Runtime.evaluate', { expression: 'process.pid' })
    if (result.value !== pid) throw new Error(`${DEBUGGER} is of the process ${result.value}, not of ${pid}`)
    await ask('HeapProfiler.collectGarbage')
    const { usedSize, backingStorageSize } = await ask<{ readonly usedSize: number; readonly backingStorageSize: number }>('Runtime.getHeapUsage')
    return usedSize + backingStorageSize
  } finally {
    socket.terminate()
  }
}

async function debuggerUrl(): Promise<string> {
  for (const end = performance.now() + PATIENCE_MS; performance.now() < end; await wait(LOOK_MS)) {
    const answer = await fetch(DEBUGGER).catch(() => null)
    const [target] = answer === null ? [] : ((await answer.json()) as readonly { readonly webSocketDebuggerUrl: string }[])
    if (target !== undefined) return target.webSocketDebuggerUrl
  }
  throw new Error(`nothing listens at ${DEBUGGER}`)
}
