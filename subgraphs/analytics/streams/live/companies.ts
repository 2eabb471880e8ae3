import { setImmediate } from 'node:timers/promises'

/** `kin`: what is equal for those who may be done together; null for who is done alone. */
export type Place = { readonly tenantId: string; readonly kin: string | null }
export type CompaniesOptions<Item, Result> = {
  /** Gives the work a place when it is its turn. */
  readonly inTurn: (tenantId: string, work: () => Promise<void>) => Promise<void>
  /** One at least, and of one place; the results are in their order. */
  readonly work: (items: readonly Item[]) => Promise<readonly PromiseSettledResult<Result>[]>
  /** Done together at most. */
  readonly most: number
}

type Waiting<Item, Result> = { readonly item: Item; readonly settle: (result: PromiseSettledResult<Result>) => void }

/** Gives work its turn, and with it whatever else waits for one and is akin: who waits the longest first. */
export function createCompanies<Item, Result>({ inTurn, work, most }: CompaniesOptions<Item, Result>): (item: Item, place: Place) => Promise<Result> {
  const lines = new Map<string, Set<Waiting<Item, Result>>>()

  async function take(kin: string, own: Waiting<Item, Result>): Promise<void> {
    const line = lines.get(kin)
    // Whom another took along needs no turn.
    if (line === undefined || !line.has(own)) return
    line.delete(own)
    const company = [own, ...[...line].slice(0, most - 1)]
    for (const each of company) line.delete(each)
    if (line.size === 0) lines.delete(kin)
    await done(company)
  }

  async function done(company: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await work(company.map(({ item }) => item))
      for (const [i, result] of results.entries()) company[i]?.settle(result)
    } catch (reason) {
      for (const { settle } of company) settle({ status: 'rejected', reason })
    }
  }

  return (item, { tenantId, kin }) =>
    new Promise((resolve, reject) => {
      const own: Waiting<Item, Result> = { item, settle: (result) => (result.status === 'fulfilled' ? resolve(result.value) : reject(result.reason)) }
      if (kin === null) {
        inTurn(tenantId, () => done([own])).catch(reject)
        return
      }
      const line = lines.get(kin) ?? new Set()
      lines.set(kin, line.add(own))
      inTurn(tenantId, async () => {
        // Those who are woken by the same news come one after the other.
        await setImmediate()
        await take(kin, own)
      }).catch(reject)
    })
}
