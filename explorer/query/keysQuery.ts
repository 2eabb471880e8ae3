import type { KeyKind } from '../operations/generated/graphql.ts'
import { textOf, wordOf, type Codec } from './codec.ts'

/** Which keys are listed. */
export type KeysQuery = { readonly kind: KeyKind | 'ALL'; readonly state: 'working' | 'all' }

export const defaultKeys: KeysQuery = { kind: 'ALL', state: 'working' }

const kinds = ['ALL', 'API', 'PARTNER', 'INGEST'] as const
const states = ['working', 'all'] as const

export const keysCodec: Codec<KeysQuery> = {
  read: (parameters) => ({
    kind: wordOf(textOf(parameters, 'kind'), kinds, defaultKeys.kind),
    state: wordOf(textOf(parameters, 'state'), states, defaultKeys.state),
  }),
  write: ({ kind, state }) => ({
    ...(kind === defaultKeys.kind ? {} : { kind: kind.toLowerCase() }),
    ...(state === defaultKeys.state ? {} : { state }),
  }),
}
