// `npm run tenant:move -- --tenant SLUG --to dedicated|shared [--keep-source]`: asks the worker to move the tenant and shows how far it is. Ctrl-C ends
// the showing alone; the same command again shows it further. Ends with 1 when the tenant is not where it should be.
import { parseArgs } from 'node:util'
import { requestMove, type RequestedMove } from '#db/moving/requestMove.ts'
import { DESTINATIONS } from '#db/moving/tenantMove.ts'
import { createPool, type Pool } from '#db/pool.ts'
import { readConfig } from '#ops/config.ts'
import { followMove } from './followMove.ts'

const USAGE = 'Usage: npm run tenant:move -- --tenant SLUG --to dedicated|shared [--keep-source]'
const POOL_SIZE = 2

try {
  process.exitCode = await main()
} catch (error) {
  console.error(`✗ ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}

async function main(): Promise<number> {
  const wanted = readArguments()
  if (wanted === null) return 1
  const config = readConfig.move()
  if (config.tenancy.mode !== 'dedicated') {
    console.error(`✗ TENANCY_MODE is ${config.tenancy.mode}. Tenants have databases of their own with TENANCY_MODE=dedicated alone:`)
    console.error('  start the system with it (DEDICATED_DATABASES says for how many tenants), and run this with the same environment.')
    return 1
  }
  const open = (url: string): Pool => createPool({ url, poolSize: POOL_SIZE, name: 'tenant-move' })
  const [worker, app] = [open(config.workerUrl), open(config.appUrl)]
  try {
    const asked = await requestMove({ worker, app, now: () => new Date() }, wanted)
    const refusal = refusalOf(asked, wanted)
    if (refusal !== null) {
      console.error(`✗ ${refusal}`)
      return 1
    }
    return 'move' in asked ? await followMove(worker, asked.move) : 0
  } finally {
    await Promise.all([worker.end(), app.end()])
  }
}

type Wanted = { readonly slug: string; readonly destination: (typeof DESTINATIONS)[number]; readonly keepsSource: boolean }

function readArguments(): Wanted | null {
  try {
    const { values } = parseArgs({ options: { tenant: { type: 'string' }, to: { type: 'string' }, 'keep-source': { type: 'boolean', default: false } } })
    const destination = DESTINATIONS.find((each) => each === values.to)
    if (values.tenant !== undefined && destination !== undefined) return { slug: values.tenant, destination, keepsSource: values['keep-source'] }
    console.error(values.tenant === undefined ? '✗ --tenant says which tenant.' : '✗ --to is dedicated or shared.')
  } catch (error) {
    console.error(`✗ ${error instanceof Error ? error.message : String(error)}`)
  }
  console.error(USAGE)
  return null
}

function refusalOf(asked: RequestedMove, { slug, destination }: Wanted): string | null {
  switch (asked.kind) {
    case 'noSuchTenant':
      return `There is no tenant ${slug}.`
    case 'beingMade':
      return `The tenant ${slug} is just being made. Try again in a moment.`
    case 'alreadyThere':
      return destination === 'dedicated' ? `The tenant ${slug} has databases of its own already.` : `The tenant ${slug} is in the common databases already.`
    case 'underWay':
      return asked.move.destination === destination ? null : `The tenant ${slug} is being moved to ${asked.move.destination} just now.`
    case 'requested':
      return null
  }
}
