// npm run bench [-- name …]: starts a system of its own on free ports and measures it. A line for each figure; JSON in .data/bench/.
import { join } from 'node:path'
import { projectRoot } from '#ops/config.ts'
import { startSystem } from '#ops/e2e/system.ts'
import { createFigures, writeFigures } from './figure.ts'
import { benchIngest } from './ingest.ts'
import { benchQueries } from './queries.ts'

const benches = { ingest: benchIngest, queries: benchQueries } as const
type BenchName = keyof typeof benches

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !(name in benches))
if (unknown.length > 0) {
  console.error(`No benchmark is named ${unknown.join(', ')}; there are: ${Object.keys(benches).join(', ')}.`)
  process.exit(1)
}
const names = (wanted.length > 0 ? wanted : Object.keys(benches)) as BenchName[]
const figures = createFigures(console.log)
for (const name of names) {
  const system = await startSystem()
  try {
    await benches[name]({ system, figures })
  } finally {
    await system.remove()
  }
}
console.log(`\nwritten to ${writeFigures(figures.all, { folder: join(projectRoot, '.data/bench'), name: names.join('-'), at: new Date() })}`)
