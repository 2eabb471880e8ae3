import type { StoredEvent } from '#db/clickhouse/storedEvent.ts'
import { compareTexts } from './groups.ts'
import { occurredAt } from './world.ts'

/** Oldest first; at one instant an impression before a click, then by event id. */
export const inOrder = (touches: readonly StoredEvent[]): readonly StoredEvent[] =>
  touches.toSorted(
    (a, b) => occurredAt(a) - occurredAt(b) || Number(a.touch === 'click') - Number(b.touch === 'click') || compareTexts(a.event_id, b.event_id, 'ASC'),
  )
