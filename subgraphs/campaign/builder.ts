import type { ServiceContext } from '#ops/service/context.ts'
import { addMoney, createBuilder } from '#ops/service/builder.ts'
import type { CampaignLoaders } from './loaders.ts'
import type { CampaignStore } from './store.ts'

export type CampaignContext = ServiceContext & { readonly loaders: CampaignLoaders; readonly store: CampaignStore }

export const builder = createBuilder<CampaignContext>({ hasMutations: true })

export const MoneyRef = addMoney(builder)
