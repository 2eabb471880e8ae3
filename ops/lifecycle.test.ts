import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'

const main = `
  await new Promise((resolve) => process.once('disconnect', resolve))
  const { createLifecycle } = await import(${JSON.stringify(new URL('./lifecycle.ts', import.meta.url).href)})
  const log = { info() {}, error() {}, fatal() {} }
  createLifecycle({ log, graceMs: 100 })
  setInterval(() => {}, 1000)`

describe('a supervised process', () => {
  it('ends when its supervisor was killed while it was still loading', async () => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', main], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    try {
      child.disconnect()
      expect(await once(child, 'exit')).toEqual([0, null])
    } finally {
      child.kill('SIGKILL')
    }
  })
})
