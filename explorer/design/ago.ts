const steps = [
  { unit: 'day', seconds: 86_400 },
  { unit: 'hour', seconds: 3_600 },
  { unit: 'minute', seconds: 60 },
] as const

const words = new Intl.RelativeTimeFormat('en', { numeric: 'always', style: 'long' })

/** How far an instant is from now, in the largest unit that it fills: just now · 5 minutes ago · in 3 days. */
export function ago(instant: string, nowMs: number): string {
  const seconds = (Date.parse(instant) - nowMs) / 1000
  const step = steps.find((each) => Math.abs(seconds) >= each.seconds)
  if (step === undefined) return seconds <= 0 ? 'just now' : 'in less than a minute'
  return words.format(Math.trunc(seconds / step.seconds), step.unit)
}

/** As ago, for what has been: also when the reader's clock is behind. */
export const since = (instant: string, nowMs: number): string => ago(instant, Math.max(nowMs, Date.parse(instant)))
