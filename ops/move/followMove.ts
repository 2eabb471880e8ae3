import { setTimeout as pause } from 'node:timers/promises'
import { findMove, type TenantMove } from '#db/moving/tenantMove.ts'
import type { Pool } from '#db/pool.ts'

const POLL_MS = 250
/** A worker takes up what is asked for within a second. */
const PATIENCE_MS = 10_000

/** Says each thing that the move does as it begins, until it is over. Answers what the command ends with. */
export async function followMove(worker: Pool, { tenantId, id, slug, destination }: TenantMove): Promise<number> {
  const started = performance.now()
  const place = destination === 'dedicated' ? 'databases of its own' : 'the common databases'
  console.log(`» Moving ${slug} to ${place}. The worker does it; this only looks on, and may be ended and begun again.`)
  let said = ''
  let hasWarned = false
  let pausedMs = 0
  for (;;) {
    const move = await findMove(worker, tenantId)
    if (move?.id === id) pausedMs = move.pausedMs
    // Asked for anew by somebody else: this one is over.
    if (move === null || move.id !== id || move.status === 'done') break
    if (move.status === 'undone') {
      console.error(`✗ ${slug} stays where it was, with all that it had: ${move.problem ?? 'the move was given up.'}`)
      console.error(`  ${refusedFor(pausedMs)}`)
      return 1
    }
    const line = lineOf(move)
    if (line !== said) console.log(line)
    said = line
    if (!hasWarned && move.step === 'asked' && move.progress === '' && performance.now() - started > PATIENCE_MS) {
      console.log('  Nothing has happened yet: does the worker run, with TENANCY_MODE=dedicated? (npm start)')
      hasWarned = true
    }
    await pause(POLL_MS)
  }
  console.log(`✓ ${slug} is in ${place} (${secondsOf(performance.now() - started)} s). ${refusedFor(pausedMs)}`)
  return 0
}

const refusedFor = (pausedMs: number): string => `Its writers were refused for ${secondsOf(pausedMs)} s.`
const secondsOf = (ms: number): string => (ms / 1000).toFixed(1)

function lineOf({ status, step, progress, attempts, problem }: TenantMove): string {
  const again = attempts > 0 && problem !== null ? ` (failed ${attempts === 1 ? 'once' : `${attempts} times`}: ${problem})` : ''
  return `  ${status === 'undoing' ? 'undoing' : step}${progress === '' ? '' : ` · ${progress}`}${again}`
}
