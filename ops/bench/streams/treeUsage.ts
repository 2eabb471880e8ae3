import { readdirSync, readFileSync } from 'node:fs'

const TICKS_PER_SECOND = 100
/** Counted from the state on: the parent, and the time of the process itself and of children that have ended. */
const PARENT = 1
const TIMES = [11, 12, 13, 14]

/** The CPU that a process and all below it have used so far, by the kernel's account, in microseconds. */
export function cpuOfTree(root: number): number {
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => statOf(Number(name)))
  const below = (pid: number): number => {
    const own = processes.find((each) => each.pid === pid)?.cpuUs ?? 0
    return processes.filter(({ parent }) => parent === pid).reduce((sum, child) => sum + below(child.pid), own)
  }
  return below(root)
}

type Stat = { readonly pid: number; readonly parent: number; readonly cpuUs: number }

function statOf(pid: number): readonly Stat[] {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
    const ticks = TIMES.reduce((sum, index) => sum + Number(fields[index]), 0)
    return [{ pid, parent: Number(fields[PARENT]), cpuUs: (ticks / TICKS_PER_SECOND) * 1e6 }]
  } catch {
    // It ended meanwhile.
    return []
  }
}
