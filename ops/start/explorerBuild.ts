// The explorer's files for the gateway, built once for each state of its sources.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '#ops/config.ts'
import { StartError } from './dataFolder.ts'

const sources = join(projectRoot, 'explorer')
// Beside the packages it was built with: every data folder of this checkout serves the same files.
const builds = join(projectRoot, 'node_modules', '.unmogrowp', 'explorer')
const keptBuilds = 4
const isSource = (path: string) => !/\.(test|e2e)\.ts$|^e2e\//.test(path)

/** The folder with the built files. `wasBuilt` is false when an earlier start had built the same sources. */
export async function buildExplorer(): Promise<{ readonly folder: string; readonly wasBuilt: boolean }> {
  const folder = join(builds, hashOfSources())
  if (existsSync(join(folder, 'index.html'))) {
    // The newest ones are kept, by use.
    utimesSync(folder, new Date(), new Date())
    return { folder, wasBuilt: false }
  }
  mkdirSync(builds, { recursive: true })
  const unfinished = mkdtempSync(join(builds, 'new-'))
  try {
    await runVite(unfinished)
    // Two first starts at once make the same files: the first one wins.
    if (!existsSync(folder)) renameSync(unfinished, folder)
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
  forgetOldBuilds()
  return { folder, wasBuilt: true }
}

function hashOfSources(): string {
  const hash = createHash('sha256')
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' })
    .filter((path) => isSource(path) && statSync(join(sources, path)).isFile())
    .toSorted()
  for (const path of files) hash.update(`${path}\0`).update(readFileSync(join(sources, path)))
  // Another version of a package is another build.
  hash.update(readFileSync(join(projectRoot, 'package-lock.json')))
  return hash.digest('hex').slice(0, 16)
}

function runVite(outDir: string): Promise<void> {
  const args = [join(projectRoot, 'node_modules/vite/bin/vite.js'), 'build', sources, '--outDir', outDir, '--emptyOutDir', '--logLevel', 'warn']
  const child = spawn(process.execPath, args, { cwd: projectRoot, stdio: ['ignore', 'pipe', 'pipe'] })
  const output: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => output.push(chunk))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      if (code === 0) resolve()
      else reject(new StartError(`The explorer could not be built (${signal ?? `code ${code}`}):\n${Buffer.concat(output).toString('utf8').trim()}`))
    })
  })
}

function forgetOldBuilds(): void {
  const byAge = readdirSync(builds)
    .filter((name) => !name.startsWith('new-'))
    .map((name) => ({ path: join(builds, name), usedMs: statSync(join(builds, name)).mtimeMs }))
    .toSorted((a, b) => b.usedMs - a.usedMs)
  for (const { path } of byAge.slice(keptBuilds)) rmSync(path, { recursive: true, force: true })
}
