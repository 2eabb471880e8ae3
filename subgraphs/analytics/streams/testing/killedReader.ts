// A process that reads a group and never acknowledges: `node killedReader.ts <tenant id> <group>` prints the number of each entry that it gets, a line
// each, until somebody kills it. For tests.
import { openProcess, readerOf } from './groupWorld.ts'

const [tenantId = '', group = ''] = process.argv.slice(2)
const { streams } = openProcess()
const stream = await streams.subscribe({ group, from: { position: 'BEGINNING' }, maxInFlight: 50 }, readerOf({ tenantId }))
for await (const { entries } of stream) for (const { entry } of entries) process.stdout.write(`${entry.sequence}\n`)
