import type { VerifiedKey } from '#db/access/verifyKey.ts'
import { nearestWords } from '#ops/service/nearestWord.ts'
import { createHasher, type TenantHasher } from './identifiers.ts'
import { parseDecimal, type Decimal } from './money.ts'
import { quote } from './rejections.ts'

/** What a key allows, prepared for checking many events. */
export type KeyScope = {
  readonly key: VerifiedKey
  readonly hasher: TenantHasher
  /** App ids by name and by id. */
  readonly apps: ReadonlyMap<string, string>
  /** The names of an app's conversions, by its id. */
  readonly conversionEvents: ReadonlyMap<string, ReadonlySet<string>>
  /** The app of an event that names none; null when there are several. */
  readonly defaultApp: string | null
  readonly isPublic: boolean
  /** The largest amount of one event in the reporting currency; null is no bound. */
  readonly maxRevenue: { readonly amount: Decimal; readonly text: string } | null
}

/** A public key without a bound of its own takes at most this much for one event, in the reporting currency. */
const DEFAULT_SDK_MAX_REVENUE = '10000'

export function createKeyScope(key: VerifiedKey, secrets: { readonly eventIdKey: string; readonly deviceKey: string }): KeyScope {
  const isPublic = key.ingestKind === 'sdk'
  const limit = key.maxRevenue ?? (isPublic ? DEFAULT_SDK_MAX_REVENUE : null)
  const amount = limit === null ? null : parseDecimal(limit)
  return {
    key,
    hasher: createHasher({ ...secrets, tenantId: key.tenantId }),
    // Names win over ids: an app may be named like anything.
    apps: new Map([...key.apps.map(({ id }) => [id, id] as const), ...key.apps.map(({ id, name }) => [name, id] as const)]),
    conversionEvents: new Map(key.apps.map(({ id, conversionEvents }) => [id, new Set(conversionEvents)])),
    defaultApp: key.appId ?? (key.apps.length === 1 ? (key.apps[0]?.id ?? null) : null),
    isPublic,
    maxRevenue: limit === null || amount === null ? null : { amount, text: limit },
  }
}

/** Nearest words within one request; each costs time, so that only so many different ones are looked for. */
export type Suggestions = (word: string, known: Iterable<string>) => string

const MAX_SUGGESTIONS = 50

/** Answers the nearest word in quotes, '' when nothing is near or when enough were looked for. */
export function createSuggestions(): Suggestions {
  const seen = new Map<string, string>()
  return (word, known) => {
    const cached = seen.get(word)
    if (cached !== undefined) return cached
    if (seen.size === MAX_SUGGESTIONS) return ''
    const [nearest] = nearestWords(word, known)
    const shown = nearest === undefined ? '' : quote(nearest)
    seen.set(word, shown)
    return shown
  }
}
