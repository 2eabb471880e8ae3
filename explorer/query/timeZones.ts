import type { Choice } from '../design/choice.ts'

/** UTC, the browser's own zone and the chosen one first, then all others by name, each with its offset at `now`. */
export function timeZoneChoices(chosen: string, now: Date): readonly Choice[] {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone
  const names = new Set(['UTC', own, chosen, ...Intl.supportedValuesOf('timeZone')])
  return [...names].map((name) => ({
    value: name,
    label: name.replaceAll('_', ' '),
    hint: name === own && name !== 'UTC' ? `${offsetOf(name, now)} · yours` : offsetOf(name, now),
  }))
}

function offsetOf(timeZone: string, now: Date): string {
  const part = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'shortOffset' }).formatToParts(now).find((each) => each.type === 'timeZoneName')
  return part?.value ?? ''
}
