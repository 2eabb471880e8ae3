// npm run test:faults [-- streams]: posts and reads conversions for ten minutes while twenty random processes are killed with -9, and recounts. Its exit
// code is 0 when nothing was lost, skipped, or given again after it was acknowledged.
import { runStreamFaults, STREAM_PROCESSES } from '#ops/e2e/faults/streamFaults.ts'
import { startSystem } from '#ops/e2e/system.ts'

const names = ['streams']
const unknown = process.argv.slice(2).find((name) => !names.includes(name))
if (unknown !== undefined) {
  console.error(`There are no faults named ${unknown}; there are: ${names.join(', ')}.`)
  process.exit(2)
}

const KILLS = 20
/** With the time that they are away about ten minutes. */
const PAUSE_MS = 25_000
const kills = Array.from(
  { length: KILLS },
  (_, index) => STREAM_PROCESSES[index < STREAM_PROCESSES.length ? index : Math.floor(Math.random() * STREAM_PROCESSES.length)] ?? '',
)
const system = await startSystem({ args: ['--scale', 'empty'] })
try {
  const report = await runStreamFaults({ system, perSecond: 500, followers: 200, groups: 4, kills, pauseMs: PAUSE_MS, say: console.log })
  for (const problem of report.problems) console.log(`problem: ${problem}`)
  const delays = report.kills.map(({ firstDeliveryMs }) => firstDeliveryMs)
  console.log(
    [
      `accepted: ${report.accepted}, of which batches sent twice: ${report.sentTwice}`,
      `lost: ${report.lost}`,
      `gaps: ${report.gaps}`,
      `repeated to readers with a cursor: ${report.repeats}`,
      `repeated after acknowledgement: ${report.repeatsAfterAcknowledgement}`,
      `given again to groups without acknowledgement (allowed): ${report.redeliveries}`,
      `first delivery after a restart: at most ${Math.round(Math.max(...delays))} ms (goal 3,000)`,
    ].join('\n'),
  )
  const isGood = report.lost + report.gaps + report.repeats + report.repeatsAfterAcknowledgement + report.problems.length === 0
  process.exitCode = isGood ? 0 : 1
} finally {
  await system.remove()
}
