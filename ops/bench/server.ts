// npm run bench [-- name … [--scale small|medium|large]]: starts a system of its own on free ports and measures it. A line for each figure; JSON in .data/bench/.
import { join } from 'node:path'
import { projectRoot } from '#ops/config.ts'
import { startSystem, type RunningSystem } from '#ops/e2e/system.ts'
import { buildExplorer } from '../start/explorerBuild.ts'
import { benchAnalytics } from './analytics/analytics.ts'
import { benchAuth } from './auth.ts'
import { benchBundle } from './bundle.ts'
import { createFigures, writeFigures, type Figures } from './figure.ts'
import { benchIngest } from './ingest.ts'
import { benchLive } from './live.ts'
import { benchStreams } from './streams.ts'

type Bench = (options: { readonly system: RunningSystem; readonly figures: Figures }) => Promise<void>

const scaleAt = process.argv.indexOf('--scale')
const scale = scaleAt === -1 ? 'medium' : process.argv[scaleAt + 1]
/** How long the largest demo world may take to be made. */
const START_MS = 1_200_000
/** Over a system of its own, in its demo world. */
const onSystem = (run: Bench, args: readonly string[]) => async (): Promise<void> => {
  const system = await startSystem({ args, timeoutMs: START_MS })
  try {
    await run({ system, figures })
  } finally {
    await system.remove()
  }
}
const benches = {
  ingest: onSystem(benchIngest, []),
  analytics: onSystem(benchAnalytics, ['--scale', scale ?? '']),
  live: onSystem(benchLive, []),
  streams: onSystem(benchStreams, ['--scale', 'empty']),
  auth: onSystem(benchAuth, []),
  bundle: async () => benchBundle({ folder: (await buildExplorer()).folder, figures }),
} as const
type BenchName = keyof typeof benches

const wanted = process.argv.slice(2, scaleAt === -1 ? undefined : scaleAt)
const unknown = wanted.filter((name) => !(name in benches))
if (unknown.length > 0) {
  console.error(`No benchmark is named ${unknown.join(', ')}; there are: ${Object.keys(benches).join(', ')}.`)
  process.exit(1)
}
const names = (wanted.length > 0 ? wanted : Object.keys(benches)) as BenchName[]
const figures = createFigures(console.log)
for (const name of names) await benches[name]()
console.log(`\nwritten to ${writeFigures(figures.all, { folder: join(projectRoot, '.data/bench'), name: names.join('-'), at: new Date() })}`)
