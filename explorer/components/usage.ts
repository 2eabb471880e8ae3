/** One line of what a plan allows: how it is shown, and how full its bar is. */
export type UsageLine = { readonly title: string; readonly text: string; readonly share: number | null; readonly tone: 'fine' | 'near' | 'full' }

type Quota = { readonly used: string; readonly limit: string | null } | null

const near = 0.8

/** null for what was not answered; no bar where there is no limit. */
export function usageLine(title: string, quota: Quota): UsageLine | null {
  if (quota === null) return null
  const count = (text: string) => BigInt(text).toLocaleString('en')
  if (quota.limit === null) return { title, text: `${count(quota.used)}, no limit`, share: null, tone: 'fine' }
  const share = Number(quota.limit) === 0 ? 1 : Math.min(1, Number(quota.used) / Number(quota.limit))
  return { title, text: `${count(quota.used)} of ${count(quota.limit)}`, share, tone: share >= 1 ? 'full' : share >= near ? 'near' : 'fine' }
}
