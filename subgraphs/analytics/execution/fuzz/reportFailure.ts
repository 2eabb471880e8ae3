import type { RunDetails } from 'fast-check'
import { storedEvent, type World } from '../reference/world.ts'
import type { RandomCase } from './randomRequest.ts'

/** What a person needs to see the failure again: the seed, the smallest question and world that show it, and both answers. */
export function reportFailure(details: RunDetails<[RandomCase]>): string {
  const smallest = details.counterexample?.[0]
  const how = `seed ${details.seed}, path ${details.counterexamplePath ?? 'none'}, after ${details.numRuns} runs and ${details.numShrinks} shrinks`
  if (smallest === undefined) return `The fuzz was interrupted: ${how}.`
  const { query, variables, now, tenantId } = smallest.request
  const cause = details.errorInstance instanceof Error ? details.errorInstance.message : String(details.errorInstance)
  return [
    how,
    query,
    `variables: ${JSON.stringify(variables)}`,
    `now: ${now}, tenant: ${tenantId}`,
    'world:',
    ...describeWorld(smallest.world),
    'segments:',
    ...smallest.segments.map((segment) => `  ${JSON.stringify(segment)}`),
    'costs:',
    ...smallest.costs.map((row) => `  ${JSON.stringify(row)}`),
    cause,
  ].join('\n')
}

/** One line a row, in the order of time, without the columns that are absent. */
function describeWorld(world: World): string[] {
  return world
    .toSorted((a, b) => a.occurred_at.localeCompare(b.occurred_at))
    .map((row) => {
      const plain: Readonly<Record<string, unknown>> = storedEvent({ tenant_id: '', event: '', event_id: '', at: 0 })
      const told = Object.entries(row).filter(([column, value]) => !UNTOLD.has(column) && JSON.stringify(value) !== JSON.stringify(plain[column]))
      return `  ${told.map(([column, value]) => `${column}=${typeof value === 'string' ? value : JSON.stringify(value)}`).join(' ')}`
    })
}

const UNTOLD: ReadonlySet<string> = new Set(['recorded_at', 'original_amount', 'original_currency'])
