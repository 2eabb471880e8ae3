// Where PostgreSQL's binaries and cluster lie, and as whom it runs.
import { randomUUID } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Who runs it: PostgreSQL refuses root, so root starts it as an ordinary user. */
export type Runner = { readonly uid: number; readonly gid: number } | null

export type ClusterPlace = { readonly native: string; readonly cluster: string }

/** null: whoever runs this process. */
export function ordinaryUser(): Runner {
  if (process.getuid?.() !== 0) return null
  const lines = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  const user = lines.find(([name]) => name === 'postgres') ?? lines.find(([name]) => name === 'nobody')
  if (user === undefined)
    throw new Error('PostgreSQL refuses to run as root, and this machine has neither a user postgres nor nobody. Start as an ordinary user.')
  return { uid: Number(user[2]), gid: Number(user[3]) }
}

/**
 * `native` and `folder` themselves where the runner can enter them. Else (root's home is 0700) both live in /var/tmp, under a random name that is
 * kept in the folder: a folder that was deleted and made again does not find the cluster of the one before.
 */
export function clusterPlace(options: { runner: Runner; native: string; folder: string }): ClusterPlace {
  const { runner, native, folder } = options
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  if (runner === null || (isOpen(native) && isOpen(folder))) return { native, cluster: join(folder, 'cluster') }
  const outside = outsideOf(folder) ?? join('/var/tmp', `unmogrowp-${randomUUID()}`)
  writeFileSync(pointerIn(folder), outside)
  mkdirSync(outside, { recursive: true, mode: 0o755 })
  if (!existsSync(join(outside, 'native'))) {
    // Named when it is whole, as the cluster is.
    cpSync(native, join(outside, 'native.new'), { recursive: true, verbatimSymlinks: true })
    renameSync(join(outside, 'native.new'), join(outside, 'native'))
  }
  return { native: join(outside, 'native'), cluster: join(outside, 'cluster') }
}

/** Deletes what `clusterPlace` put outside of the folder; the server must have ended. */
export function removeOutsideCluster(folder: string): void {
  const outside = outsideOf(folder)
  if (outside !== null) rmSync(outside, { recursive: true, force: true })
}

const pointerIn = (folder: string): string => join(folder, 'outside')

/** Only a name of ours is believed: what it says is deleted with the folder. */
function outsideOf(folder: string): string | null {
  if (!existsSync(pointerIn(folder))) return null
  const path = readFileSync(pointerIn(folder), 'utf8').trim()
  return /^\/var\/tmp\/unmogrowp-[\da-f-]{36}$/.test(path) ? path : null
}

function isOpen(path: string): boolean {
  if ((statSync(path).mode & 0o001) === 0) return false
  return dirname(path) === path || isOpen(dirname(path))
}
