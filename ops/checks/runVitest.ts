import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { z } from 'zod'
import type { Environment } from '#ops/config.ts'

const reportSchema = z.object({
  numPassedTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string(), failureMessages: z.array(z.string()).nullish() })),
    }),
  ),
})
/** What vitest writes of a run. */
export type TestReport = z.infer<typeof reportSchema>

export type VitestRun = { readonly folder: string; readonly env: Environment; readonly paths: readonly string[]; readonly reportFile: string }

/** Starts vitest on the files of a project whose paths hold one of these. */
export function spawnVitest({ folder, env, paths, reportFile }: VitestRun, output: 'inherit' | 'pipe'): ChildProcess {
  const cli = join(createRequire(import.meta.url).resolve('vitest/package.json'), '..', 'vitest.mjs')
  return spawn(process.execPath, [cli, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`, ...paths], {
    cwd: folder,
    stdio: ['ignore', output, output],
    env,
  })
}

/** null: vitest did not come as far as that. */
export function readReport(reportFile: string): TestReport | null {
  try {
    return reportSchema.parse(JSON.parse(readFileSync(reportFile, 'utf8')))
  } catch {
    return null
  }
}
