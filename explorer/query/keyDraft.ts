import type { CreateKeyInput, IngestKind, KeyFilterDimension, KeyKind } from '../operations/generated/graphql.ts'

/** A row filter as it is typed: values separated by commas. */
export type FilterDraft = { readonly dimension: KeyFilterDimension; readonly values: string }

/** A new key as it is filled in. */
export type KeyDraft = {
  readonly kind: KeyKind
  readonly ingestKind: IngestKind
  readonly name: string
  /** The scopes that are not given. */
  readonly without: readonly string[]
  readonly filters: readonly FilterDraft[]
  /** Names of fields, separated by commas or spaces. */
  readonly masks: string
  /** Whether it sees hashes in place of the ids of users, which no key sees. */
  readonly hasUserHashes: boolean
  /** null: every app. */
  readonly app: string | null
  /** Of an SDK key: the largest amount of one event. */
  readonly maxRevenue: string
  /** Addresses and blocks, separated by commas or spaces. */
  readonly networks: string
  /** Days from now; null: never. */
  readonly days: number | null
}

export const emptyDraft: KeyDraft = {
  kind: 'API',
  ingestKind: 'SERVER',
  name: '',
  without: [],
  filters: [],
  masks: '',
  hasUserHashes: false,
  app: null,
  maxRevenue: '1000',
  networks: '',
  days: null,
}

/** The mask that shows the ids of users as hashes. */
const USER_HASH_MASK = 'userId:hash'

/** What the masks of a key hide, and what they show as a hash. */
export const splitMasks = (masks: readonly string[]): { readonly hidden: readonly string[]; readonly isHashing: boolean } => ({
  hidden: masks.filter((mask) => mask !== USER_HASH_MASK),
  isHashing: masks.includes(USER_HASH_MASK) && !masks.includes('userId'),
})

const day = 86_400_000

/** Values and names as they are typed, each once. */
const partsOf = (text: string, separator: RegExp): string[] => [...new Set(text.split(separator).map((each) => each.trim()))].filter((each) => each !== '')
export const valuesOf = (text: string): string[] => partsOf(text, /[,\n]/)
export const wordsIn = (text: string): string[] => partsOf(text, /[\s,;]+/)

/** What is still missing, in words; none when it can be made. The server says what else is wrong. */
export function missingOf(draft: KeyDraft): readonly string[] {
  const isSdk = draft.kind === 'INGEST' && draft.ingestKind === 'SDK'
  const empty = draft.filters.filter(({ values }) => valuesOf(values).length === 0)
  const hasPartner = draft.filters.some((filter) => filter.dimension === 'PARTNER' && !empty.includes(filter))
  const lacksPartner = draft.kind === 'PARTNER' && !hasPartner
  const missing = [
    draft.name.trim() === '' && 'a name',
    lacksPartner && 'its partner',
    draft.kind !== 'INGEST' && empty.some(({ dimension }) => dimension !== 'PARTNER' || !lacksPartner) && 'the values of a row filter',
    isSdk && draft.app === null && 'its app',
    isSdk && !/^\d+(\.\d{1,6})?$/.test(draft.maxRevenue.trim()) && 'the largest amount of one event',
  ]
  return missing.filter((each) => each !== false)
}

/** As the API takes it; `scopes` are those that a key of this kind may have from this maker. */
export function keyInput(draft: KeyDraft, scopes: readonly string[], nowMs: number): CreateKeyInput {
  const isIngest = draft.kind === 'INGEST'
  const given = scopes.filter((scope) => !draft.without.includes(scope))
  const allowedNetworks = wordsIn(draft.networks)
  const masks = [...new Set([...wordsIn(draft.masks), ...(draft.hasUserHashes ? [USER_HASH_MASK] : [])])]
  return {
    kind: draft.kind,
    name: draft.name.trim(),
    ...(given.length === scopes.length ? {} : { scopes: given }),
    ...(isIngest ? { ingestKind: draft.ingestKind } : {}),
    ...(isIngest && draft.app !== null ? { app: draft.app } : {}),
    ...(isIngest && draft.ingestKind === 'SDK' ? { maxRevenue: draft.maxRevenue.trim() } : {}),
    ...(isIngest || draft.filters.length === 0 ? {} : { filters: draft.filters.map(({ dimension, values }) => ({ dimension, in: valuesOf(values) })) }),
    ...(isIngest || masks.length === 0 ? {} : { masks }),
    ...(allowedNetworks.length === 0 ? {} : { allowedNetworks }),
    ...(draft.days === null ? {} : { expiresAt: new Date(nowMs + draft.days * day).toISOString() }),
  }
}
