import { amountOf, type IsoTenant } from './isoTenant.ts'

/** One request of an owner that makes one more of everything that the API can make. The first round has the ids that the events name. */
export function growth(tenant: IsoTenant, round: number): { readonly query: string; readonly variables: Readonly<Record<string, unknown>> } {
  const { mark } = tenant
  const idOf = (letter: string, n: number): string => (round === 0 ? `${mark}-${letter}${n}` : `${mark}-${letter}${n}-${round}`)
  const each = (write: (n: number) => string): string => [1, 2, 3].map(write).join('\n')
  const query = `mutation Grow($definition: SegmentRuleInput!) {
    ${each((n) => `p${n}: savePartner(id: "${idOf('p', n)}", name: "${mark} partner ${n}") { id }`)}
    ${each(
      (
        n,
      ) => `c${n}: saveCampaign(input: { id: "${idOf('c', n)}", name: "${mark} campaign ${n}", status: ACTIVE, channel: "${mark}-channel", partner: "${idOf('p', n)}",
        budget: { amount: "${amountOf(tenant, n)}", currency: "USD" } }) { id }`,
    )}
    ${each((n) => `g${n}: saveAdGroup(id: "${idOf('g', n)}", name: "${mark} group ${n}", campaign: "${idOf('c', n)}") { id }`)}
    ${each((n) => `r${n}: saveCreative(id: "${idOf('r', n)}", name: "${mark} creative ${n}") { id }`)}
    app: createApp(input: { name: "${mark}-app-${round}", timeZone: "UTC", currency: "USD" }) { id }
    segment: createSegment(input: { name: "${mark} segment ${round}", description: "${mark} description", definition: $definition }) { id }
    key: createKey(input: { kind: API, name: "${mark} key ${round}" }) { key { id } }
    rates: setExchangeRates(rates: [{ currency: "EUR", day: "2026-01-0${1 + (round % 9)}", rate: "1.1" }])
    ${round === 0 ? `invitation: inviteMember(email: "${mark}-guest@example.test", role: "viewer") { id }` : ''}
    ${round === 0 ? `webhook: createWebhook(input: { url: "http://127.0.0.1:9/${mark}", description: "${mark} hook" }) { webhook { id } }` : ''}
    test: sendTestConversion(input: { event: "${mark}_test", partner: "${mark}-p1" }) { id }
  }`
  return { query, variables: { definition: { did: { event: `${mark}_event`, atLeast: 1 } } } }
}
