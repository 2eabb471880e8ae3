// Where an entry of the log lies: its day's slot in the ring of partitions that the migration 0004ConversionLog made.

export const DAY_MS = 86_400_000
/** Partitions of the log, one for a UTC day of recording. */
export const LOG_SLOTS = 64
/** An entry is kept at least this many days after it was recorded; then its day is emptied as a whole. */
export const LOG_KEPT_DAYS = 31
/** Partitions of the recent touches, one for four UTC days of recording. */
export const TOUCH_SLOTS = 4
export const TOUCH_SLOT_DAYS = 4

/** The UTC day of an instant, counted from 1970-01-01. */
export const dayOf = (ms: number): number => Math.floor(ms / DAY_MS)

/** The slots of the days from one instant to another, both included; every slot when they are further apart than the ring is long. */
export function slotsBetween(fromMs: number, toMs: number): readonly number[] {
  const first = dayOf(fromMs)
  const count = Math.max(1, dayOf(toMs) - first + 1)
  if (count >= LOG_SLOTS) return Array.from({ length: LOG_SLOTS }, (_, slot) => slot)
  return Array.from({ length: count }, (_, offset) => (first + offset) % LOG_SLOTS)
}

/** An instant from which on nothing has been taken away; a day later than needed, for clocks that differ. */
export const keptSinceMs = (nowMs: number): number => (dayOf(nowMs) - LOG_KEPT_DAYS + 1) * DAY_MS
