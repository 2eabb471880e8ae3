import { nearestWords, type Issue } from '#ops/service/issues.ts'
import { issue } from '../issues.ts'

/** The IANA time zone of the name in the spelling that both Node and ClickHouse know, or an issue with the nearest one. */
export function bindTimeZone(name: string): { readonly timeZone: string } | { readonly issue: Issue } {
  const canonical = canonicalOf(name)
  if (canonical !== null) return { timeZone: canonical }
  return { issue: issue('UNKNOWN_TIME_ZONE', ['timeZone'], { name, didYouMean: nearestWords(name, knownNames()) }) }
}

const cached = new Map<string, string | null>()
const MAX_CACHED = 2_000

function canonicalOf(name: string): string | null {
  const known = cached.get(name)
  if (known !== undefined) return known
  const canonical = resolve(name)
  if (cached.size < MAX_CACHED) cached.set(name, canonical)
  return canonical
}

/**
 * Names that Node takes and the IANA database has not. Some would mean what nobody expects (BST is Dhaka's, not London's), some ClickHouse has
 * not either.
 */
const NO_IANA_NAME = /^(?:SystemV\/.*|ACT|AET|AGT|ART|AST|BET|BST|CAT|CNT|CST|CTT|EAT|ECT|IET|IST|JST|MIT|NET|NST|PLT|PNT|PRT|PST|SST|VST)$/i

/** Offsets such as +02:00 are no zones: they know no summer time. */
function resolve(name: string): string | null {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{1,49}$/.test(name) || NO_IANA_NAME.test(name)) return null
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
  } catch {
    return null
  }
}

let names: readonly string[] | null = null

function knownNames(): readonly string[] {
  names ??= ['UTC', 'Asia/Kolkata', 'Europe/Kyiv', 'Asia/Kathmandu', 'Asia/Yangon', 'Asia/Ho_Chi_Minh', ...Intl.supportedValuesOf('timeZone')]
  return names
}
