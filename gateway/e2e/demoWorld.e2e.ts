// One system with the demo world for all that is asked of it; each suite is a file of its own.
import { afterAll, beforeAll, describe } from 'vitest'
import { startSystem, type RunningSystem } from '#ops/e2e/system.ts'
import { describeDesignQueries } from './designQueries.suite.ts'
import { describeSegments } from './segments.suite.ts'
import { describeUsers } from './users.suite.ts'

describe('a system with the demo world', () => {
  let system: RunningSystem
  const running = () => system
  beforeAll(async () => {
    system = await startSystem()
  })
  afterAll(() => system?.remove())

  describeUsers(running)
  describeSegments(running)
  describeDesignQueries(running)
})
