// A start that is cut short at any moment leaves nothing behind that the next one stumbles over.
import { once } from 'node:events'
import { chmodSync, cpSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import { startEmbeddedPostgres } from '#db/embedded/postgres.ts'
import { removeOutsideCluster } from '#db/embedded/clusterPlace.ts'
import { busyPorts, freePort } from '#ops/ports.ts'
import { pidOf, spawnSupervisor, startSystem, temporaryFolder, until } from './system.ts'

describe('a start that is cut short', () => {
  const dataDir = temporaryFolder()
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }))
  const isThere = (...names: readonly string[]) => names.some((name) => existsSync(join(dataDir, 'postgres', name)))
  const isUp = () => isThere('cluster/postmaster.pid') && readFileSync(join(dataDir, 'postgres/cluster/postmaster.pid'), 'utf8').includes('127.0.0.1')

  it('while the cluster is made, while engines come up, by kill -9 or Ctrl-C: nothing is left running, and the next start comes up', async () => {
    const port = await freePort()
    const limits = { timeoutMs: 60_000 }

    const first = spawnSupervisor({ dataDir, port })
    await until(() => isThere('cluster/PG_VERSION', 'cluster.new/PG_VERSION'), { what: 'initdb', ...limits, ...first })
    const initdb = readFileSync(`/proc/${first.supervisor.pid}/task/${first.supervisor.pid}/children`, 'utf8').trim().split(' ').map(Number)
    first.supervisor.kill('SIGKILL')
    for (const pid of initdb) process.kill(pid, 'SIGKILL')

    const second = spawnSupervisor({ dataDir, port })
    await until(isUp, { what: 'PostgreSQL to be spawned', ...limits, ...second })
    second.supervisor.kill('SIGKILL')
    await once(second.supervisor, 'exit')

    const third = spawnSupervisor({ dataDir, port })
    const former = pidOf(dataDir, 'PostgreSQL')
    await until(() => isUp() && existsSync(join(dataDir, 'lock.json')) && pidIfAny() !== former, {
      what: 'PostgreSQL to be spawned again',
      ...limits,
      ...third,
    })
    third.supervisor.kill('SIGINT')
    await once(third.supervisor, 'exit')
    expect(third.supervisor.exitCode).toBe(0)
    expect(await busyPorts(port)).toEqual([])

    const system = await startSystem({ dataDir, port, args: ['--scale', 'empty'] })
    expect(system.demo.tenants).toHaveLength(3)
    await system.remove()
  })

  function pidIfAny(): number | null {
    const { children } = JSON.parse(readFileSync(join(dataDir, 'lock.json'), 'utf8')) as { children: { name: string; pid: number }[] }
    return children.find(({ name }) => name === 'PostgreSQL')?.pid ?? null
  }
})

describe.runIf(process.getuid?.() === 0)('a data folder that PostgreSQL’s user cannot enter', () => {
  it('has a cluster of its own again after it was deleted, and nothing of the one before', async () => {
    const home = temporaryFolder()
    chmodSync(home, 0o700)
    const folder = join(home, 'postgres')
    const port = await freePort()
    const hadMark: boolean[] = []
    for (let round = 0; round < 2; round += 1) {
      const engine = await startEmbeddedPostgres({
        folder,
        port: port + 932,
        database: `round${round}`,
        ownerPassword: 'x'.repeat(32),
        logFile: join(home, 'log'),
      })
      hadMark.push(await hasDatabase(engine.url.replace(/[^/]+$/, 'postgres'), 'round0'))
      await engine.stop()
      // The first is deleted as by hand; its cluster stays where it is until the end.
      if (round === 0) cpSync(join(folder, 'outside'), join(home, 'outside'))
      else removeOutsideCluster(folder)
      rmSync(folder, { recursive: true })
    }
    removeOutsideCluster(home)
    rmSync(home, { recursive: true })
    expect(hadMark).toEqual([true, false])
  })
})

async function hasDatabase(url: string, name: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name])
  await client.end()
  return rowCount === 1
}
