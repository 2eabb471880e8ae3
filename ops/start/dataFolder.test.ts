import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isAlive, processStartTime } from '#db/embedded/processes.ts'
import { StartError, takeDataFolder } from './dataFolder.ts'

/** Above every pid that Linux gives. */
const NOBODY = 4_194_305

describe('the lock of a data folder', () => {
  let path: string
  let orphan: ChildProcess
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'unmogrowp-lock-'))
    orphan = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  })
  afterEach(() => {
    orphan.kill('SIGKILL')
    rmSync(path, { recursive: true })
  })

  const take = () => takeDataFolder({ path, url: 'http://127.0.0.1:1', onOrphan: () => undefined })
  const leaveLock = (startTime: string | null) => {
    writeFileSync(join(path, 'version'), '1\n')
    writeFileSync(
      join(path, 'lock.json'),
      JSON.stringify({ pid: NOBODY, startTime: '1', url: 'http://127.0.0.1:2', children: [{ name: 'auth', pid: orphan.pid, startTime }] }),
    )
  }

  it('is taken by one of two starts at the same moment, also while the orphans of a killed one end', async () => {
    leaveLock(processStartTime(orphan.pid ?? 0))
    const both = await Promise.allSettled([take(), take()])
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: expect.any(StartError) })
    expect(isAlive(orphan.pid ?? 0)).toBe(false)
    expect(JSON.parse(readFileSync(join(path, 'lock.json'), 'utf8'))).toMatchObject({ pid: process.pid, children: [] })
  })

  it.runIf(process.platform === 'linux')('does not end a process that only has the pid of a child that was gone before it was written down', async () => {
    leaveLock(null)
    const folder = await take()
    expect(isAlive(orphan.pid ?? 0)).toBe(true)
    folder.release()
  })

  it('is taken where only a half-written lock lies', async () => {
    writeFileSync(join(path, 'version'), '1\n')
    writeFileSync(join(path, 'lock.json'), '{"pid":')
    await expect(take()).resolves.toMatchObject({ path })
  })

  it('is taken in a folder in which only the benchmarks have written', async () => {
    mkdirSync(join(path, 'bench'))
    await expect(take()).resolves.toMatchObject({ path })
  })
})
