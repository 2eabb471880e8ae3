import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'

/** A process of the bench's own that answers one message at a time. */
export type Helper<Command, Answer> = { readonly ask: (command: Command) => Promise<Answer>; readonly end: () => Promise<void> }

export function startHelper<Command extends object, Answer>(file: URL): Helper<Command, Answer> {
  const child: ChildProcess = fork(file, { execArgv: ['--disable-warning=ExperimentalWarning'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  return {
    ask: async (command) => {
      const gone = new AbortController()
      const leave = (code: number | null) => gone.abort(new Error(`${file.pathname} ended with ${String(code)}`))
      child.once('exit', leave)
      child.send(command)
      try {
        const [answer] = (await once(child, 'message', { signal: gone.signal })) as [Answer]
        return answer
      } finally {
        child.off('exit', leave)
      }
    },
    end: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = once(child, 'exit')
      child.kill()
      await gone
    },
  }
}

const TICKS_PER_SECOND = 100
const PAGE_BYTES = 4_096

/** What a process has used so far, by the kernel's account. */
export function usageOf(pid: number): { readonly cpuUs: number; readonly rssBytes: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  const rssPages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1])
  // utime and stime, counted from the state on.
  return { cpuUs: ((Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND) * 1e6, rssBytes: rssPages * PAGE_BYTES }
}
