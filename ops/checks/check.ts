// npm run check: types, lint, arrows, tidiness, unused code, the contract, and generated files unchanged. Everything is reported, then it fails.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { projectRoot } from '#ops/config.ts'
import { tidy } from './tidy.ts'

type Check = { readonly name: string; readonly run: () => Promise<string | null> }

const tool =
  (path: string, ...args: string[]) =>
  () =>
    runNode([join(projectRoot, 'node_modules', path), ...args])
const checks: readonly Check[] = [
  { name: 'types', run: tool('typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.json') },
  { name: 'explorer types', run: tool('vue-tsc/bin/vue-tsc.js', '--noEmit', '-p', 'explorer/tsconfig.json') },
  { name: 'lint', run: tool('oxlint/bin/oxlint', '--type-aware', '--deny-warnings', '--format=unix') },
  { name: 'explorer lint', run: tool('eslint/bin/eslint.js', '--config', 'explorer/eslint.config.js', '--max-warnings', '0', 'explorer') },
  { name: 'format', run: tool('oxfmt/bin/oxfmt', '--check', '.') },
  {
    name: 'arrows',
    run: tool('dependency-cruiser/bin/dependency-cruise.mjs', '--config', '.dependency-cruiser.cjs', 'db', 'explorer', 'gateway', 'ops', 'subgraphs'),
  },
  { name: 'tidy', run: async () => tidy() },
  { name: 'unused code', run: tool('knip/bin/knip.js', '--no-progress') },
  { name: 'contract and generated files', run: () => runNode(['--disable-warning=ExperimentalWarning', join(projectRoot, 'ops/schema/server.ts'), '--check']) },
]

let failures = 0
for (const check of checks) {
  const started = performance.now()
  const problem = await check.run()
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`${problem === null ? '✓' : '✗'} ${check.name} (${seconds} s)`)
  if (problem === null) continue
  failures += 1
  console.log(
    problem
      .trimEnd()
      .split('\n')
      .map((line) => `    ${line}`)
      .join('\n'),
  )
}
process.exit(failures === 0 ? 0 : 1)

/** null when the tool ends with 0, else what it printed. */
function runNode(args: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: projectRoot, stdio: ['ignore', 'pipe', 'pipe'] })
    const output: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk))
    child.on('exit', (code) => resolve(code === 0 ? null : Buffer.concat(output).toString('utf8') || `ended with code ${code}`))
  })
}
