import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { projectRoot } from './config.ts'

describe('a process that is started alone', () => {
  let dataDir: string
  beforeAll(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'unmogrowp-alone-'))
  })
  afterAll(() => rmSync(dataDir, { recursive: true }))

  it('without configuration says what is missing, in plain lines, and ends with code 1', async () => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(projectRoot, 'gateway/server.ts')], {
      env: { DATA_DIR: dataDir },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    try {
      const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
      const missing = (name: string) => `  - ${name}: missing, neither in the environment nor in ${join(dataDir, 'secrets.json')}\n`
      expect(errors).toBe(`The configuration has 2 problems:\n${missing('IDENTITY_PRIVATE_KEY')}${missing('ACCESS_PUBLIC_KEY')}`)
      expect([output, code]).toEqual(['', 1])
    } finally {
      child.kill('SIGKILL')
    }
  })
})
