import { builder } from '../builder.ts'
import type { EntityName } from '../model/dimensions.ts'

export type EntityReference = { readonly id: string }

/** A row knows an entity of another subgraph by its id; the rest is fetched there, in one batch per result. */
function entityStub(name: EntityName) {
  const ref = builder.objectRef<EntityReference>(name).implement({
    description: 'Known here by its id; the rest is told by the subgraph that owns it.',
    fields: (t) => ({ id: t.exposeID('id', { description: 'The id that events carry.' }) }),
  })
  // Not resolvable: nobody comes here for more than the id.
  builder.asEntity(ref, { key: builder.keyDirective(builder.selection<{ id: string }>('id'), false), resolveReference: (reference) => reference })
  return ref
}

export const AppRef = entityStub('App')
export const PartnerRef = entityStub('Partner')
export const CampaignRef = entityStub('Campaign')
export const AdGroupRef = entityStub('AdGroup')
export const CreativeRef = entityStub('Creative')

export const entityRefs = { App: AppRef, Partner: PartnerRef, Campaign: CampaignRef, AdGroup: AdGroupRef, Creative: CreativeRef } as const
