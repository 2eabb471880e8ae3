// npm start: the supervisor. Engines, migrations, processes, demo; then it waits, starts again what dies, and stops everything in order.
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { inspect } from 'node:util'
import { removeOutsideCluster } from '#db/embedded/clusterPlace.ts'
import type { OnSpawn } from '#db/embedded/engine.ts'
import { embeddedEngines } from '#db/embedded/engines.ts'
import { migrateClickHouse, migratePostgres } from '#db/migrate.ts'
import { createDemo, readDemo, type Demo } from '#db/seed/demo.ts'
import { SCALES } from '#db/seed/simulator.ts'
import { ConfigError, projectRoot, readConfig, readStartConfig, type OwnerConfig, type Secrets, type StartConfig } from '#ops/config.ts'
import { createLogger } from '#ops/logging.ts'
import { busyPorts } from '#ops/ports.ts'
import { ensureSecrets, rotateAccessKey } from '#ops/secrets.ts'
import { readArguments, usage, type StartArguments } from './arguments.ts'
import { StartError, takeDataFolder, type DataFolder } from './dataFolder.ts'
import { keepEngine } from './engineKeeper.ts'
import { buildExplorer } from './explorerBuild.ts'
import { createService, type Service } from './service.ts'
import { createSteps, type Steps } from './steps.ts'

const database = 'unmogrowp'
/** Started from left to right, stopped from right to left: the gateway is the last to open and the first to close. */
const mains = [
  ['auth', 'subgraphs/auth/server.ts'],
  ['tenant', 'subgraphs/tenant/server.ts'],
  ['campaign', 'subgraphs/campaign/server.ts'],
  ['analytics', 'subgraphs/analytics/server.ts'],
  ['worker', 'ops/worker/server.ts'],
  ['collector', 'subgraphs/analytics/collector/server.ts'],
  ['gateway', 'gateway/server.ts'],
] as const
const healthTimeoutMs = 30_000
const portsTimeoutMs = 3_000

const say = (line: string) => void process.stdout.write(`${line}\n`)
/** What was started, in order; each entry stops one thing. */
const started: { readonly name: string; readonly stop: () => Promise<void> }[] = []
let stopping: Promise<void> | null = null

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0))
// A reader that is gone (a closed terminal, `npm start | head`) must not end the supervisor in the middle of its work.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
process.on('uncaughtException', (error) => {
  explain(error)
  void stop(1)
})
try {
  await main()
} catch (error) {
  if (stopping === null) explain(error)
  await stop(1)
}

async function main(): Promise<void> {
  const args = readArguments(process.argv.slice(2))
  if (args.help) return finish(usage)
  const config = readStartConfig({ port: args.port, dataDir: null })
  if (args.seed === 'always' && config.isProduction) throw new StartError('--seed is refused with NODE_ENV=production: the demo has known e-mail addresses.')
  if (args.reset && !(await deleteFolder(config, args))) return finish('Nothing was deleted.')
  const steps = createSteps({ say, isStopping: () => stopping !== null })
  const began = performance.now()
  say(`UnMoGrowP · data in ${config.dataDir}`)
  const folder = await takeDataFolder({
    path: config.dataDir,
    url: config.publicUrl,
    onOrphan: (name) => say(`» ending ${name}, left by a run that was killed`),
  })
  started.push({ name: 'lock', stop: async () => folder.release() })
  await waitForPorts(config)
  const explorer = startExplorerBuild(steps)
  await startEngines({ config, folder, steps, secrets: args.rotateKeys ? rotateAccessKey(config.dataDir) : ensureSecrets(config.dataDir) })
  const owner = readConfig.owner(config.env)
  const log = createLogger({ name: 'start', level: 'warn' })
  await steps.run('PostgreSQL tables', () => migratePostgres({ ownerUrl: owner.ownerUrl, rolePasswords: owner.rolePasswords, log }))
  await steps.run('ClickHouse tables', () => migrateClickHouse({ config: owner.clickhouse, log }))
  const demo = wantsDemo(config, args) ? await startDemo({ config, owner, args, steps }) : readDemo(config.dataDir)
  await startServices({ config, folder, steps, explorerDir: await explorer })
  await steps.run('Everything healthy', () => waitForHealth(config))
  welcome({ config, demo, seconds: (performance.now() - began) / 1000 })
}

function wantsDemo(config: StartConfig, args: StartArguments): boolean {
  if (args.seed === 'never') return false
  return args.seed === 'always' || (!config.hasOwnPostgres && !config.hasOwnClickHouse && !config.isProduction)
}

/** The world is made with the demo tenants, once; another scale needs another folder. */
function startDemo(options: { config: StartConfig; owner: OwnerConfig; args: StartArguments; steps: Steps }): Promise<Demo> {
  const { config, owner, args, steps } = options
  const scale = args.scale ?? 'small'
  const isMade = readDemo(config.dataDir) !== null
  if (isMade && args.scale !== null) say(`» --scale ${scale} changes nothing: this folder has its world already. With --reset another one is made.`)
  return steps.run(isMade ? 'Demo tenants' : `Demo world (${scale})`, (note) =>
    createDemo(owner, addresses(config), { events: SCALES[scale], onSeeded: ({ events }) => note(`${events.toLocaleString('en-US')} events`) }),
  )
}

async function deleteFolder(config: StartConfig, args: StartArguments): Promise<boolean> {
  if (!existsSync(config.dataDir)) return true
  if (!args.yes) {
    if (!process.stdin.isTTY) throw new StartError('--reset asks before it deletes, and there is no terminal to ask on. Add --yes.')
    const terminal = createInterface({ input: process.stdin, output: process.stdout })
    const answer = await terminal.question(`Delete ${config.dataDir} with all its data? Type yes: `)
    terminal.close()
    if (answer.trim() !== 'yes') return false
  }
  // Taking it first refuses a running one and ends what a killed one left.
  const folder = await takeDataFolder({ path: config.dataDir, url: config.publicUrl, onOrphan: () => undefined })
  removeOutsideCluster(join(config.dataDir, 'postgres'))
  // .data holds the folders of other copies too (.data/5000); those stay. The lock goes last.
  const isKept = (name: string) => /^\d+$/.test(name) || name === 'lock.json'
  for (const name of readdirSync(config.dataDir)) if (!isKept(name)) rmSync(join(config.dataDir, name), { recursive: true, force: true })
  folder.release()
  return true
}

async function waitForPorts(config: StartConfig): Promise<void> {
  const end = Date.now() + portsTimeoutMs
  const engines = [config.port + 123, config.port + 124, config.port + 932]
  for (;;) {
    const all = await busyPorts(config.port)
    const busy = all.filter((port) => !(config.hasOwnClickHouse && engines.slice(0, 2).includes(port)) && !(config.hasOwnPostgres && port === engines[2]))
    if (busy.length === 0) return
    // What a killed supervisor left was ended and waited for; a port it closed may need a moment.
    if (Date.now() > end)
      throw new StartError(
        `Somebody else already listens on port ${busy.join(', ')}. Stop that program, or start at other ports with: npm start -- --port ${config.port === 5000 ? 6000 : 5000}`,
      )
    await wait(200)
  }
}

async function startEngines(options: { config: StartConfig; folder: DataFolder; steps: Steps; secrets: Secrets }): Promise<void> {
  const { config, folder, steps, secrets } = options
  const engines = embeddedEngines({ dataDir: config.dataDir, port: config.port, secrets, database, dedicated: config.dedicatedDatabases })
  const keep = async (name: 'PostgreSQL' | 'ClickHouse', isOwn: boolean, start: (onSpawn: OnSpawn) => ReturnType<typeof engines.postgres>, where: string) => {
    if (isOwn) return
    const kept = keepEngine({ name, start, recordPid: folder.recordChild, say })
    started.push({ name, stop: kept.stop })
    await steps.run(`${name} (embedded)`, async (note) => {
      await kept.start()
      note(where)
    })
  }
  await Promise.all([
    keep('PostgreSQL', config.hasOwnPostgres, engines.postgres, `127.0.0.1:${config.port + 932}`),
    keep('ClickHouse', config.hasOwnClickHouse, engines.clickhouse, `127.0.0.1:${config.port + 123}`),
  ])
}

/** Goes on beside the engines and the demo; a failure is told where it is waited for. */
function startExplorerBuild(steps: Steps): Promise<string> {
  const built = steps.run('Explorer', async (note) => {
    const { folder, wasBuilt } = await buildExplorer()
    note(wasBuilt ? 'built' : 'built before')
    return folder
  })
  built.catch(() => undefined)
  return built
}

async function startServices(options: { config: StartConfig; folder: DataFolder; steps: Steps; explorerDir: string }): Promise<void> {
  const { config, folder, steps, explorerDir } = options
  const logsFolder = join(config.dataDir, 'logs')
  mkdirSync(logsFolder, { recursive: true })
  const services: readonly Service[] = mains.map(([name, main]) =>
    createService({
      name,
      main,
      env: name === 'gateway' ? { ...config.env, EXPLORER_DIR: explorerDir } : config.env,
      logsFolder,
      recordPid: folder.recordChild,
      say,
    }),
  )
  for (const service of services) started.push({ name: service.name, stop: service.stop })
  await steps.run(services.map((service) => service.name).join(', '), () => Promise.all(services.map((service) => service.start())))
}

async function waitForHealth(config: StartConfig): Promise<void> {
  const end = Date.now() + healthTimeoutMs
  const urls = [
    `http://127.0.0.1:${config.port}/health/ready`,
    `http://127.0.0.1:${config.port + 5}/health/ready`,
    `http://127.0.0.1:${config.port + 506}/health`,
  ]
  for (const url of urls) {
    for (;;) {
      const problem = await health(url)
      if (problem === null) break
      if (Date.now() > end) throw new StartError(`${url} is not healthy: ${problem}. The logs are in ${resolve(config.dataDir, 'logs')}.`)
      await wait(100)
    }
  }
}

async function health(url: string): Promise<string | null> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5000) })
    return answer.ok ? null : `${answer.status} ${(await answer.text()).slice(0, 300)}`
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function addresses(config: StartConfig): Pick<Demo, 'gatewayUrl' | 'wsUrl' | 'collectorUrl' | 'subgraphUrls'> {
  const at = (offset: number) => `http://127.0.0.1:${config.port + offset}`
  return {
    gatewayUrl: at(0),
    wsUrl: `ws://127.0.0.1:${config.port}/graphql`,
    collectorUrl: at(5),
    subgraphUrls: { auth: `${at(1)}/graphql`, tenant: `${at(2)}/graphql`, campaign: `${at(3)}/graphql`, analytics: `${at(4)}/graphql` },
  }
}

function welcome(options: { config: StartConfig; demo: Demo | null; seconds: number }): void {
  const { config, demo } = options
  const at = (offset: number) => `http://127.0.0.1:${config.port + offset}`
  say(`\nUnMoGrowP runs at ${config.publicUrl}   (started in ${options.seconds.toFixed(1)} s)`)
  say(`  Explorer               ${at(0)}/`)
  say(`  GraphQL and GraphiQL   ${at(0)}/graphql`)
  say(`  Events in              ${at(5)}/v1/events`)
  if (demo !== null) {
    say(`\n  Logins (keys too: ${join(config.dataDir, 'demo.json')})`)
    for (const tenant of demo.tenants)
      for (const user of tenant.users) say(`  ${tenant.slug.padEnd(8)} ${user.role.padEnd(7)} ${user.email.padEnd(28)} ${user.password}`)
  }
  say(
    `\n  Next: open the explorer with a login; the first query is in ${join(projectRoot, 'README.md')}. Logs: ${join(config.dataDir, 'logs')}. Ctrl-C stops everything.\n`,
  )
}

function finish(text: string): void {
  say(text)
  process.exit(0)
}

function explain(error: unknown): void {
  const isPlain = error instanceof StartError || error instanceof ConfigError
  process.stderr.write(`\n${isPlain ? error.message : inspect(error)}\n`)
}

function stop(code: number): Promise<void> {
  stopping ??= stopAll(code)
  return stopping
}

async function stopAll(code: number): Promise<void> {
  if (started.length > 1) say('\n» stopping')
  const services = started.filter((part) => mains.some(([name]) => name === part.name))
  const others = started.filter((part) => !services.includes(part) && part.name !== 'lock')
  // First the front doors, so that nothing new comes in; then the rest; then the engines that all of them use.
  for (const part of services.toReversed().slice(0, 2)) await part.stop()
  await Promise.all(
    services
      .toReversed()
      .slice(2)
      .map((part) => part.stop()),
  )
  await Promise.all(others.map((part) => part.stop()))
  for (const part of started.filter((each) => each.name === 'lock')) await part.stop()
  if (started.length > 1) say('✓ stopped')
  process.exit(code)
}
