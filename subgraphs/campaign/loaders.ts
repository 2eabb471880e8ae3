import DataLoader from 'dataloader'
import type { CampaignStore } from './store.ts'
import type { AdGroupRow, CampaignRow, CreativeRow, PartnerRow } from './rows.ts'

/** Made for one request: every id asked for in the same tick is read by one statement; an unknown id is a row of nulls. */
export type CampaignLoaders = {
  readonly campaign: DataLoader<string, CampaignRow>
  readonly adGroup: DataLoader<string, AdGroupRow>
  readonly creative: DataLoader<string, CreativeRow>
  readonly partner: DataLoader<string, PartnerRow>
}

export function createCampaignLoaders(store: CampaignStore): CampaignLoaders {
  return {
    campaign: loaderOf({ find: store.campaigns, stub: (id) => ({ id, name: null, status: null, budget: null, channel: null, partnerId: null }) }),
    adGroup: loaderOf({ find: store.adGroups, stub: (id) => ({ id, name: null, campaignId: null }) }),
    creative: loaderOf({ find: store.creatives, stub: (id) => ({ id, name: null }) }),
    partner: loaderOf({ find: store.partners, stub: (id) => ({ id, name: null }) }),
  }
}

type LoaderOptions<Row> = { readonly find: (ids: readonly string[]) => Promise<readonly Row[]>; readonly stub: (id: string) => Row }

function loaderOf<Row extends { readonly id: string }>({ find, stub }: LoaderOptions<Row>): DataLoader<string, Row> {
  return new DataLoader<string, Row>(async (ids) => {
    // PostgreSQL's text holds no NUL, so no row has such an id.
    const rows = await find(ids.filter((id) => !id.includes('\0')))
    const byId = new Map(rows.map((row) => [row.id, row]))
    return ids.map((id) => byId.get(id) ?? stub(id))
  })
}
