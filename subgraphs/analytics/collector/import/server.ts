// npm run import: historical events from a file, through the collector like any client's.
import { readFileSync } from 'node:fs'
import { readStartConfig } from '#ops/config.ts'
import { readOrExit } from '#ops/startProcess.ts'
import { readArguments, USAGE, type ImportArguments } from './arguments.ts'
import { readImportMap, type ImportMap } from './importMap.ts'
import { createProgress } from './progress.ts'
import { runImport, type ImportResult } from './runImport.ts'
import { createSender } from './sender.ts'

const CONNECTIONS = 2

process.exitCode = await main()

async function main(): Promise<number> {
  const { dataDir } = readOrExit(() => readStartConfig({ port: null, dataDir: null }))
  const read = readArguments(process.argv.slice(2), { dataDir, cwd: process.cwd() })
  if (read.kind === 'help') {
    console.log(USAGE)
    return 0
  }
  if (read.kind === 'problems') return fail([...read.problems, '', USAGE])
  const map = loadMap(read.value.mapFile)
  return map === null ? 1 : importFile(read.value, map)
}

async function importFile(options: ImportArguments, map: ImportMap): Promise<number> {
  const started = performance.now()
  const view = createProgress(process.stderr)
  let lastReason = ''
  const onWait = (reason: string): void => {
    if (reason !== lastReason) view.say(`waiting: ${reason}`)
    lastReason = reason
  }
  const sender = createSender({ ...options, connections: CONNECTIONS, onWait })
  const result = await runImport({ ...options, map, sender, onProgress: view.show })
  view.show(result.counts, result.failure === null ? 1 : 0)
  view.stop()
  await sender.close()
  return summarize(options, result, (performance.now() - started) / 1000)
}

function summarize({ file, rejectedFile }: ImportArguments, { counts, reasons, failure }: ImportResult, seconds: number): number {
  console.log(
    `${file}: ${counts.read} read, ${counts.accepted} accepted, ${counts.duplicates} duplicates, ${counts.rejected} rejected in ${seconds.toFixed(1)} s`,
  )
  for (const [code, count] of [...reasons].toSorted((a, b) => b[1] - a[1])) console.log(`  ${count} × ${code}`)
  if (counts.rejected > 0) console.log(`  The rejected rows and their reasons are in ${rejectedFile}`)
  if (failure !== null) return fail([`The import was cut short: ${failure.message}`, 'Run it again when that is mended: what was taken counts once.'])
  return counts.accepted + counts.duplicates > 0 ? 0 : fail(['Nothing could be imported.'])
}

function loadMap(file: string): ImportMap | null {
  const content = parseFile(file)
  if (content === undefined) return null
  const read = readImportMap(content)
  if (read.kind === 'map') return read.map
  fail([
    `${file} has ${read.problems.length} problem${read.problems.length === 1 ? '' : 's'}:`,
    ...read.problems.map(({ path, message }) => `  - ${path === '' ? 'the map' : path}: ${message}`),
  ])
  return null
}

/** undefined, after saying why, when it is no JSON file. */
function parseFile(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    fail([`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`])
    return undefined
  }
}

function fail(lines: readonly string[]): number {
  console.error(lines.join('\n'))
  return 1
}
