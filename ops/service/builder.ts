import SchemaBuilder from '@pothos/core'
import DirectivesPlugin from '@pothos/plugin-directives'
import FederationPlugin from '@pothos/plugin-federation'
import type { ServiceContext } from './context.ts'
import './needs.ts'
import { sharedScalars, type SharedScalars } from './scalars.ts'

/** An amount of money: `amount` is exact decimal text in whole units of `currency` (ISO 4217). */
export type MembershipValue = { readonly tenantId: string; readonly slug: string; readonly name: string; readonly role: string }
export type MoneyValue = { readonly amount: string; readonly currency: string }
/** Where a connection's page ends. */
export type PageInfoValue = { readonly hasNextPage: boolean; readonly endCursor: string | null }

/**
 * The schema builder of a subgraph: Pothos with directives, federation and `needs`, and the shared scalars. It defines Query (and Mutation where
 * `hasMutations`) and no other type; `addMoney`, `addPageInfo` and `addMembership` add the shared values to the subgraphs that use them.
 */
export function createBuilder<Context extends ServiceContext>({ hasMutations = false }: { readonly hasMutations?: boolean } = {}) {
  const builder = new SchemaBuilder<{ Context: Context; Scalars: SharedScalars; DefaultFieldNullability: false }>({
    plugins: ['needs', DirectivesPlugin, FederationPlugin],
    defaultFieldNullability: false,
  })
  builder.addScalarType('DateTime', sharedScalars.DateTime)
  builder.addScalarType('Date', sharedScalars.Date)
  builder.addScalarType('Decimal', sharedScalars.Decimal)
  builder.addScalarType('BigInt', sharedScalars.BigInt)
  builder.addScalarType('Cursor', sharedScalars.Cursor)
  builder.addScalarType('JSON', sharedScalars.JSON)
  builder.queryType({ description: 'Everything that can be read.' })
  if (hasMutations) builder.mutationType({ description: 'Everything that can be changed.' })
  return builder
}

export type ServiceBuilder<Context extends ServiceContext> = ReturnType<typeof createBuilder<Context>>

/** Adds the shared value type Money; the same words in every subgraph, hence @shareable. */
export function addMoney<Context extends ServiceContext>(builder: ServiceBuilder<Context>) {
  return builder.objectRef<MoneyValue>('Money').implement({
    description: 'An exact amount of money in one currency.',
    shareable: true,
    fields: (t) => ({
      amount: t.field({ type: 'Decimal', description: 'In whole units of the currency; negative for money given back.', resolve: (money) => money.amount }),
      currency: t.exposeString('currency', { description: 'Three capital letters of ISO 4217.' }),
    }),
  })
}

/** Adds the shared value type PageInfo. */
export function addPageInfo<Context extends ServiceContext>(builder: ServiceBuilder<Context>) {
  return builder.objectRef<PageInfoValue>('PageInfo').implement({
    description: 'Where a page of a connection ends.',
    shareable: true,
    fields: (t) => ({
      hasNextPage: t.exposeBoolean('hasNextPage', { description: 'Whether anything follows this page.' }),
      endCursor: t.field({
        type: 'Cursor',
        nullable: true,
        description: 'Give it as `after` to read on; null when there is nothing to read on from.',
        resolve: (page) => page.endCursor,
      }),
    }),
  })
}

/** Adds the shared value type Membership. */
export function addMembership<Context extends ServiceContext>(builder: ServiceBuilder<Context>) {
  return builder.objectRef<MembershipValue>('Membership').implement({
    description: 'A tenant that the viewer may switch to.',
    shareable: true,
    fields: (t) => ({
      tenantId: t.exposeID('tenantId', { description: 'For switchTenant.' }),
      slug: t.exposeString('slug', { description: 'The short name in addresses.' }),
      name: t.exposeString('name', { description: 'What people call the tenant.' }),
      role: t.exposeString('role', { description: 'owner, admin, user or viewer.' }),
    }),
  })
}
