// One system without events for what brings its own; each suite is a file of its own, and in this order: a group reads the log from its beginning.
import { afterAll, beforeAll, describe } from 'vitest'
import { startSystem, type RunningSystem } from '#ops/e2e/system.ts'
import { describeBenchOfLiveQueries } from './benchLiveQueries.suite.ts'
import { describeCdnow } from './cdnow.suite.ts'
import { describeDoors } from './doors.suite.ts'
import { describeGroups } from './groups.suite.ts'
import { describePatches } from './patches.suite.ts'

describe('a system without events', () => {
  let system: RunningSystem
  const running = () => system
  beforeAll(async () => {
    system = await startSystem({ args: ['--scale', 'empty'] })
  })
  afterAll(() => system?.remove())

  describeGroups(running)
  describeDoors(running)
  describeCdnow(running)
  describePatches(running)
  describeBenchOfLiveQueries(running)
})
