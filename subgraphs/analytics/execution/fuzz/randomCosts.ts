import * as fc from 'fast-check'
import type { StoredCost } from '#db/clickhouse/storedCost.ts'
import { storedCost } from '../reference/costs.ts'
import { fromMicros } from '../reference/decimals.ts'
import { randomPlace, worldApps, worldTenants, type Anchor } from './randomWorld.ts'

const DAY_MS = 86_400_000

/** Up to 40 statements of few days and campaigns, so that sources meet and loads are stated again, also at the same instant. */
export const randomCosts = ({ start }: Anchor): fc.Arbitrary<readonly StoredCost[]> => {
  const day = fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: -1, max: 3 }) },
    { weight: 3, arbitrary: fc.integer({ min: -30, max: 48 }) },
    { weight: 1, arbitrary: fc.integer({ min: -370, max: -320 }) },
  )
  const amount = fc.oneof(
    fc.constantFrom(0n, 1n, 500_000n, 12_345_678n),
    fc.bigInt({ min: 0n, max: 20_000_000n }),
    fc.constantFrom(-1_000_000n, 99_999_999_999_999n),
  )
  const row = fc.record({
    days: day,
    amount,
    tenant_id: fc.oneof({ weight: 5, arbitrary: fc.constant(worldTenants[0]) }, { weight: 1, arbitrary: fc.constant(worldTenants[1]) }),
    source: fc.constantFrom<StoredCost['source']>('api', 'import', 'link'),
    recorded_at: fc.constantFrom('2026-01-01 00:00:00.000', '2026-01-01 00:00:00.001', '2026-02-01 00:00:00.000'),
    app_id: fc.constantFrom(worldApps[0] ?? '', worldApps[0] ?? '', ...worldApps),
    place: randomPlace(),
  })
  return fc.array(row, { maxLength: 40 }).map((rows) =>
    rows.map(({ days, amount, place, ...parts }) => {
      const { platform, country, channel, partner_id, campaign_id, ad_group_id } = place
      const date = new Date(start + DAY_MS / 2 + days * DAY_MS).toISOString().slice(0, 'YYYY-MM-DD'.length)
      return storedCost({ ...parts, platform, country, channel, partner_id, campaign_id, ad_group_id, day: date, cost: fromMicros(amount) })
    }),
  )
}
