const formatters = new Map<string, Intl.DateTimeFormat>()

/** Whether the browser knows the zone; the API knows the same IANA names. */
export function isTimeZone(name: string): boolean {
  try {
    formatterOf(name)
    return true
  } catch {
    return false
  }
}

/** The first instant of a local calendar day. Where a day begins after midnight (a change of summer time at 0:00), that later instant. */
export function startOfDay(day: string, timeZone: string): Date {
  const wanted = Date.parse(`${day}T00:00:00Z`)
  // The offset at the answer is one of those around it; of the instants that are the day's midnight the first one counts.
  const offsets = [-86_400_000, 0, 86_400_000].map((shift) => offsetMs(wanted + shift, timeZone))
  const candidates = [...new Set(offsets)].map((offset) => wanted - offset).sort((a, b) => a - b)
  const exact = candidates.find((instant) => instant + offsetMs(instant, timeZone) === wanted)
  if (exact !== undefined) return new Date(exact)
  // Midnight is left out: the day begins at the jump, which lies between the two candidates.
  let [before, after] = [candidates[0] ?? wanted, candidates.at(-1) ?? wanted]
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2)
    if (middle + offsetMs(middle, timeZone) >= wanted) after = middle
    else before = middle
  }
  return new Date(after)
}

/** The local calendar day of an instant, as 2026-01-31. */
export function dayOf(instant: Date, timeZone: string): string {
  return new Date(instant.getTime() + offsetMs(instant.getTime(), timeZone)).toISOString().slice(0, 10)
}

/** Local time minus UTC. */
function offsetMs(instant: number, timeZone: string): number {
  const parts = Object.fromEntries(
    formatterOf(timeZone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  const local = Date.UTC(year, month - 1, day, hour, minute, second)
  return local - Math.floor(instant / 1000) * 1000
}

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  formatters.set(timeZone, made)
  return made
}
