// One system and one browser for all walks through of the explorer; each suite is a file of its own.
import { afterAll, beforeAll, describe } from 'vitest'
import { describeAddData } from './addData.suite.ts'
import { describeAttribution } from './attribution.suite.ts'
import { describeAudit } from './audit.suite.ts'
import { startExplorer, type Explorer } from './browser.ts'
import { describeCohorts } from './cohorts.suite.ts'
import { describeDown } from './down.suite.ts'
import { describeEntry } from './entry.suite.ts'
import { describeFunnel } from './funnel.suite.ts'
import { describeKeys } from './keys.suite.ts'
import { describeLive } from './live.suite.ts'
import { describeLogin } from './login.suite.ts'
import { describeMembers } from './members.suite.ts'
import { describeMetrics } from './metrics.suite.ts'
import { describeOutbox } from './outbox.suite.ts'
import { describeSecondFactor } from './secondFactor.suite.ts'
import { describeSegments } from './segments.suite.ts'
import { describeSessions } from './sessions.suite.ts'
import { describeSettings } from './settings.suite.ts'
import { describeStreams } from './streams.suite.ts'

describe('the explorer in a browser', () => {
  let started: Explorer
  const explorer = () => started
  beforeAll(async () => {
    started = await startExplorer()
  })
  afterAll(async () => started?.close())

  describeLogin(explorer)
  describeEntry(explorer)
  describeSecondFactor(explorer)
  describeMetrics(explorer)
  describeFunnel(explorer)
  describeCohorts(explorer)
  describeAttribution(explorer)
  describeSegments(explorer)
  describeLive(explorer)
  describeStreams(explorer)
  describeAddData(explorer)
  describeSessions(explorer)
  describeMembers(explorer)
  describeOutbox(explorer)
  describeKeys(explorer)
  describeSettings(explorer)
  describeAudit(explorer)
  describeDown(explorer)
})
