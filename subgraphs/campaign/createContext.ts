import type { MikroORM } from '#db/tenantScope.ts'
import type { ServiceContext } from '#ops/service/context.ts'
import type { CampaignContext } from './builder.ts'
import { createCampaignLoaders } from './loaders.ts'
import { createCampaignStore } from './store.ts'

/** Makes each request's own store and loaders, bound to who asks. */
export function campaignContext({ orm }: { readonly orm: MikroORM }): (base: ServiceContext) => CampaignContext {
  return (base) => {
    const store = createCampaignStore({ orm, identity: base.identity })
    return { ...base, store, loaders: createCampaignLoaders(store) }
  }
}
