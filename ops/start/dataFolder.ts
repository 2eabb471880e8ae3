// The data folder's lock and version: who runs here, what an earlier run left behind.
import { existsSync, linkSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { endProcess, isAlive, processStartTime } from '#db/embedded/processes.ts'

/** Raised when what a folder holds can no longer be read by this code. */
const folderVersion = 1
const endTimeoutMs = 20_000
/** What others may have put into a folder before its first start: keys, logs, figures of the benchmarks, mails, pictures of the tests. */
const harmless = ['secrets.json', 'logs', 'bench', 'outbox', 'screenshots']

const processSchema = z.object({ name: z.string(), pid: z.number().int(), startTime: z.string().nullable() })
const lockSchema = z.object({ pid: z.number().int(), startTime: z.string().nullable(), url: z.string(), children: z.array(processSchema) })
type Lock = z.infer<typeof lockSchema>
type RunningProcess = z.infer<typeof processSchema>

/** What a caller can mend: printed as it is, without a stack. */
export class StartError extends Error {}

export type DataFolder = {
  readonly path: string
  /** Writes down a child, so that a later start can end it when this supervisor was killed. */
  readonly recordChild: (name: string, pid: number) => void
  readonly release: () => void
}

/** Takes the folder for this process; refuses with StartError while another one runs in it, ends what a killed one left. */
export async function takeDataFolder(options: { path: string; url: string; onOrphan: (name: string) => void }): Promise<DataFolder> {
  const { path, url } = options
  mkdirSync(path, { recursive: true, mode: 0o755 })
  checkVersion(path)
  const file = join(path, 'lock.json')
  const lock = claim(path, { pid: process.pid, startTime: processStartTime(process.pid), url, children: [] })
  const write = () => {
    writeFileSync(`${file}.new`, JSON.stringify(lock))
    renameSync(`${file}.new`, file)
  }
  for (const child of lock.children) {
    if (!isSame(child)) continue
    options.onOrphan(child.name)
    await endProcess(child.pid, { signal: child.name === 'PostgreSQL' ? 'SIGINT' : 'SIGTERM', timeoutMs: endTimeoutMs })
  }
  lock.children = []
  write()
  return {
    path,
    recordChild: (name, pid) => {
      lock.children = [...lock.children.filter((child) => child.name !== name), { name, pid, startTime: processStartTime(pid) }]
      write()
    },
    release: () => rmSync(file, { force: true }),
  }
}

/**
 * Makes the lock this process's own, with the orphans of the former owner in it: whoever is killed while ending them leaves them to the next.
 * Of several starts at the same moment one gets it.
 */
function claim(path: string, own: Lock): Lock {
  const file = join(path, 'lock.json')
  const former = readLock(file)
  if (former !== null && isSame(former)) throw runsAlready(path, former)
  const lock = { ...own, children: former?.children ?? [] }
  const mine = `${file}.${own.pid}`
  writeFileSync(mine, JSON.stringify(lock))
  try {
    if (existsSync(file)) removeStale(path, mine)
    // Unlike a write, a link appears whole or not at all, and only where nothing is.
    linkSync(mine, file)
  } catch (error) {
    if (['EEXIST', 'ENOENT'].includes(String((error as NodeJS.ErrnoException).code)))
      throw new StartError('Another start of this folder began at the same moment; this one ends.')
    throw error
  } finally {
    rmSync(mine, { force: true })
  }
  return lock
}

/** Moves a lock without a living owner away. What was moved is looked at again: another start may have put its own there since. */
function removeStale(path: string, mine: string): void {
  const file = join(path, 'lock.json')
  const moved = `${mine}.former`
  renameSync(file, moved)
  try {
    const found = readLock(moved)
    if (found === null || !isSame(found)) return
    linkSync(moved, file)
    throw runsAlready(path, found)
  } finally {
    rmSync(moved, { force: true })
  }
}

function runsAlready(path: string, { url, pid }: Lock): StartError {
  return new StartError(
    `This folder (${path}) is already running at ${url} (pid ${pid}). Stop it with Ctrl-C there, or start a second copy with: npm start -- --port 5000`,
  )
}

function checkVersion(path: string): void {
  const file = join(path, 'version')
  if (!existsSync(file)) {
    const others = readdirSync(path).filter((name) => !harmless.includes(name) && !/^\d+$/.test(name))
    if (others.length > 0 && !others.includes('postgres'))
      throw new StartError(
        `The folder ${path} holds other files (${others.slice(0, 3).join(', ')}) and no data of UnMoGrowP. Give an empty or new folder as DATA_DIR.`,
      )
    writeFileSync(file, `${folderVersion}\n`)
    return
  }
  const found = readFileSync(file, 'utf8').trim()
  if (found !== String(folderVersion))
    throw new StartError(
      `The data in ${path} has version ${found}; this code reads version ${folderVersion}. Start it with the code that wrote it, give another DATA_DIR, or delete it with: npm start -- --reset`,
    )
}

function readLock(file: string): Lock | null {
  if (!existsSync(file)) return null
  try {
    return lockSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return null
  }
}

/** A pid alone is not proof: it may have been given to another process since. */
function isSame(process: Pick<RunningProcess, 'pid' | 'startTime'>): boolean {
  return isAlive(process.pid) && processStartTime(process.pid) === process.startTime
}
