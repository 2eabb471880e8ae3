// The short form of `npm run test:faults -- streams`: one kill -9 of each kind of process while conversions are posted and read.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runStreamFaults, STREAM_PROCESSES } from './faults/streamFaults.ts'
import { startSystem, type RunningSystem } from './system.ts'

describe('the conversion stream while processes are killed', () => {
  let system: RunningSystem
  beforeAll(async () => {
    system = await startSystem({ args: ['--scale', 'empty'] })
  })
  afterAll(async () => system?.remove())

  it('loses nothing, leaves no gap, and gives nothing again that was acknowledged', async () => {
    const lines: string[] = []
    const options = { system, perSecond: 100, followers: 20, groups: 2, kills: STREAM_PROCESSES, pauseMs: 500, say: (line: string) => void lines.push(line) }
    const { accepted, lost, gaps, repeats, repeatsAfterAcknowledgement, problems } = await runStreamFaults(options)
    expect({ lost, gaps, repeats, repeatsAfterAcknowledgement, problems }, lines.join('\n')).toEqual({
      lost: 0,
      gaps: 0,
      repeats: 0,
      repeatsAfterAcknowledgement: 0,
      problems: [],
    })
    // All of them were posted while something was away or had just come back.
    expect(accepted).toBeGreaterThan(STREAM_PROCESSES.length * 50)
  })
})
