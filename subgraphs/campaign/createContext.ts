import { createAuditor } from '#db/audit/auditor.ts'
import type { MikroORM } from '#db/tenantScope.ts'
import type { HttpExchange, ServiceContext } from '#ops/service/context.ts'
import type { CampaignContext } from './builder.ts'
import { createCampaignLoaders } from './loaders.ts'
import { createCampaignStore } from './store.ts'

export type CampaignContextOptions = { readonly orm: MikroORM; readonly now?: () => Date }

/** Makes each request's own store and loaders, bound to who asks. */
export function campaignContext({
  orm,
  now = () => new Date(),
}: CampaignContextOptions): (base: ServiceContext, http: Pick<HttpExchange, 'clientAddress'>) => CampaignContext {
  return (base, { clientAddress: address }) => {
    const audit = createAuditor({ identity: base.identity, requestId: base.requestId, address, now })
    const store = createCampaignStore({ orm, identity: base.identity, audit })
    return { ...base, store, loaders: createCampaignLoaders(store) }
  }
}
