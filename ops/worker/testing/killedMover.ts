// A worker that moves one tenant and is killed on its way: `node killedMover.ts <tenant id> <n>` dies with SIGKILL before its n-th statement to
// PostgreSQL, or before the first one that begins with the text `n`; with 0 it comes to its end and prints its statements. For tests.
import pg from 'pg'
import { openMoverWorld } from './moverWorld.ts'

const [tenantId = '', killBefore = '0'] = process.argv.slice(2)
const statements: string[] = []
const ask = Reflect.get(pg.Client.prototype, 'query')
Reflect.set(pg.Client.prototype, 'query', function counted(this: pg.Client, ...args: unknown[]) {
  const [first] = args
  const text = typeof first === 'string' ? first : typeof first === 'object' && first !== null && 'text' in first ? String(first.text) : ''
  const statement = text.replaceAll(/\s+/g, ' ').trim().slice(0, 60)
  statements.push(statement)
  if (statements.length === Number(killBefore) || statement.startsWith(killBefore)) process.kill(process.pid, 'SIGKILL')
  return Reflect.apply(ask, this, args)
})

const world = openMoverWorld()
await world.move(tenantId)
await world.close()
process.stdout.write(JSON.stringify(statements))
