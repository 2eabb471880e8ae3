const formats = new Map<string, Intl.DateTimeFormat>()

/** 23 Nov, 02:31:07 in the given zone: for lists of the last hours. */
export function shortInstant(instant: string, timeZone: string): string {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit', timeZone })
  formats.set(timeZone, format)
  return format.format(new Date(instant))
}
