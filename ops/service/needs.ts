import SchemaBuilder, {
  BasePlugin,
  type FieldNullability,
  type InputFieldMap,
  type PothosOutputFieldConfig,
  type SchemaTypes,
  type TypeParam,
} from '@pothos/core'
import type { GraphQLFieldResolver } from 'graphql'
import type { Identity } from '#ops/security/identity.ts'
import type { Scope } from '#ops/security/permissions.ts'
import { failure } from './errors.ts'

/** Who may read a field: any holder of the scope, or any logged-in account. A field without `needs` is open to everyone, anonymous included. */
export type Need = Scope | 'account'

/** Where a built schema keeps the need of a field. */
const NEEDS_EXTENSION = 'umgNeeds'

/** The need of a field of a built schema; null for one that is open to everyone. */
export function needOf(field: { readonly extensions: object }): Need | null {
  return NEEDS_EXTENSION in field.extensions ? (field.extensions[NEEDS_EXTENSION] as Need) : null
}

const sentenceOf = (need: Need): string => (need === 'account' ? 'Needs a login.' : `Needs the scope \`${need}\`.`)

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      needs: NeedsPlugin<Types>
    }
    export interface FieldOptions<
      Types extends SchemaTypes,
      ParentShape,
      Type extends TypeParam<Types>,
      Nullable extends FieldNullability<Type>,
      Args extends InputFieldMap,
      ResolveShape,
      ResolveReturnShape,
    > {
      /** The scope without which the field answers UNAUTHENTICATED or FORBIDDEN; its resolver is not called then. */
      needs?: Need
    }
  }
}

/**
 * Pothos plugin: `needs: 'campaigns:write'` on a field is checked before its resolver (and before its subscription) starts, said at the end of its
 * description, so that clients can see it, and kept in its extensions for schema/PERMISSIONS.md.
 */
export class NeedsPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onOutputFieldConfig(field: PothosOutputFieldConfig<Types>) {
    const { needs } = field.pothosOptions
    if (needs === undefined) return field
    return { ...field, description: `${field.description ?? ''} ${sentenceOf(needs)}`.trim(), extensions: { ...field.extensions, [NEEDS_EXTENSION]: needs } }
  }

  override wrapResolve(resolver: GraphQLFieldResolver<unknown, Types['Context'], object>, field: PothosOutputFieldConfig<Types>) {
    return guarded(resolver, field.pothosOptions.needs)
  }

  override wrapSubscribe(subscriber: GraphQLFieldResolver<unknown, Types['Context'], object> | undefined, field: PothosOutputFieldConfig<Types>) {
    return subscriber && guarded(subscriber, field.pothosOptions.needs)
  }
}

SchemaBuilder.registerPlugin('needs', NeedsPlugin)

function guarded<Context extends object>(
  resolver: GraphQLFieldResolver<unknown, Context, object>,
  need: Need | undefined,
): GraphQLFieldResolver<unknown, Context, object> {
  if (need === undefined) return resolver
  return (parent, args, context, info) => {
    requireNeed(identityOf(context), need)
    return resolver(parent, args, context, info)
  }
}

function identityOf(context: object): Identity | null {
  return 'identity' in context ? (context.identity as Identity) : null
}

/** Throws UNAUTHENTICATED for an anonymous identity, FORBIDDEN for one without the scope. */
export function requireNeed(identity: Identity | null, need: Need): void {
  if (identity === null || identity.kind === 'anonymous') {
    throw failure('UNAUTHENTICATED', { message: 'This needs a login: send an access token or a key as "Authorization: Bearer …".' })
  }
  if (need === 'account') {
    if (identity.kind !== 'account') throw failure('FORBIDDEN', { message: 'This is for accounts; a key cannot do it.' })
    return
  }
  // wall: needs
  if (!identity.scopes.includes(need)) throw failure('FORBIDDEN', { message: `This needs the scope "${need}", which this ${identity.kind} does not have.` })
}

/** The tenant whose data may be touched. Throws FORBIDDEN when the identity has none. */
export function requireTenant(identity: Identity): string {
  if (identity.tenantId === null) throw failure('FORBIDDEN', { message: 'This account is not a member of any tenant yet.' })
  return identity.tenantId
}
