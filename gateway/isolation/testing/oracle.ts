import { MARK, type IsoAccount, type IsoTenant, type Kind } from './isoTenant.ts'
import { walkAnswer, type Question } from './document.ts'

/** Who asked: their tenant, and those whose name and role they may know of. */
export type Witness = { readonly who: string; readonly tenant: IsoTenant | null; readonly knows: readonly IsoTenant[] }
export type Heard = { readonly text: string; readonly headers: string; readonly data: unknown }

const UUID = /\b[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\b/g
const dashless = (uuid: string): string => uuid.replaceAll('-', '')

/** Amounts that are sums of what was sent, whatever is grouped by: each is a multiple of the tenant's prime. */
const SUMS: ReadonlySet<string> = new Set([
  'Money.amount',
  'MetricsRow.revenue',
  'MetricsRow.grossRevenue',
  'MetricsRow.refunds',
  'MetricsRow.cost',
  'CohortRow.cost',
  'CohortMean.cost',
  'CohortPeriod.revenue',
  'CohortPeriod.cumulativeRevenue',
  'AttributionRow.cost',
  'Path.revenue',
  'PathTotals.revenue',
  'TimelineEntry.revenue',
])
// Entries of accounts that are members of several tenants stand in the log of each.
const SHARED_IDS: ReadonlySet<string> = new Set(['AuditProof.recordId', 'AuditEntry.requestId'])

export class Leak extends Error {
  constructor(what: string, { who, tenant }: Pick<Witness, 'who' | 'tenant'>) {
    super(`${who} of tenant ${tenant?.index ?? 'nobody'} was shown ${what}`)
    this.name = 'Leak'
  }
}

/** Knows whose everything is, and finds in an answer what is another's. */
export class Oracle {
  readonly #tenants: readonly IsoTenant[]
  readonly #owners = new Map<string, Set<IsoTenant>>()
  readonly #marks = new Map<string, IsoTenant>()
  /** Words of others that a tenant has taken into its own data. */
  readonly #adopted = new Map<IsoTenant, Set<string>>()
  /** Questions that were looked through, for the report. */
  checked = 0

  /** `shared` is the account that is a member of the first two. */
  constructor(tenants: readonly IsoTenant[], shared: Pick<IsoAccount, 'accountId'> | null = null) {
    this.#tenants = tenants
    for (const tenant of tenants) {
      this.#marks.set(tenant.mark, tenant).set(tenant.label, tenant)
      this.#adopted.set(tenant, new Set())
      for (const kind of ['tenant', 'app', 'key', 'account'] as const) for (const id of tenant.own[kind]) this.own(tenant, id)
    }
    if (shared !== null) for (const tenant of tenants.slice(0, 2)) this.own(tenant, shared.accountId)
  }

  /** Says that the id is the tenant's, maybe among others. */
  own(tenant: IsoTenant, id: string): void {
    const key = dashless(id)
    this.#owners.set(key, (this.#owners.get(key) ?? new Set()).add(tenant))
  }

  /** What a change has said may be the tenant's own from then on. */
  adopt(tenant: IsoTenant | null, sent: ReadonlySet<string>): void {
    if (tenant !== null) for (const text of sent) this.#adopted.get(tenant)?.add(text)
  }

  /** Throws a Leak when anything in the answer is of another tenant and was not sent by whoever asked. */
  check(witness: Witness, heard: Heard, sent: ReadonlySet<string>): void {
    this.checked += 1
    const repeated = [...sent, ...(witness.tenant === null ? [] : (this.#adopted.get(witness.tenant) ?? []))].toSorted((a, b) => b.length - a.length)
    for (const [place, whole] of Object.entries({ answer: heard.text, headers: heard.headers })) {
      const text = without(whole, repeated)
      for (const [mark] of text.matchAll(MARK)) {
        const owner = this.#marks.get(mark)
        const isKnown = owner === witness.tenant || (mark.endsWith('l') && owner !== undefined && witness.knows.includes(owner))
        if (!isKnown) throw new Leak(`${mark} of tenant ${owner?.index ?? 'of another world'} in the ${place}: ${around(text, mark)}`, witness)
      }
      for (const [id] of text.matchAll(UUID)) {
        const owners = this.#owners.get(dashless(id))
        if (owners === undefined || (witness.tenant !== null && owners.has(witness.tenant))) continue
        if (witness.knows.some((known) => owners.has(known) && known.tenantId === id)) continue
        throw new Leak(`the id ${id} of tenant ${[...owners].map(({ index }) => index).join()} in the ${place}: ${around(text, id)}`, witness)
      }
    }
  }

  /** Sums of amounts, and ids and cursors to ask others for. */
  learn({ tenant, who }: Witness, question: Question, heard: Heard, sent: ReadonlySet<string>): void {
    if (tenant === null) return
    const adopted = this.#adopted.get(tenant)
    walkAnswer(heard.data, question.roots, ({ selected, coordinate, value, way }) => {
      if (typeof value !== 'string') return
      if (SUMS.has(coordinate) && !isMultiple(value, tenant.prime))
        throw new Leak(`${coordinate} ${value}, which is no sum of its own amounts`, { who, tenant })
      const type = selected.field.type.toString().replaceAll(/[[\]!]/g, '')
      if (coordinate === 'AttributionRow.cell') keep(tenant, 'attributionCell', value)
      if (type === 'Cursor') keep(tenant, cursorKind(coordinate, way), value)
      if (type !== 'ID' || SHARED_IDS.has(coordinate) || sent.has(value) || adopted?.has(value)) return
      if (/^[0-9a-f-]{36}$/.test(value) && !this.#owners.has(dashless(value))) this.own(tenant, value)
      const kind = ID_KINDS[coordinate]
      if (kind !== undefined) keep(tenant, kind, value)
    })
  }

  get tenants(): readonly IsoTenant[] {
    return this.#tenants
  }
}

const ID_KINDS: Readonly<Record<string, Kind>> = {
  'Segment.id': 'segment',
  'App.id': 'app',
  'Key.id': 'key',
  'Session.id': 'session',
  'Conversion.id': 'conversion',
  'Invitation.id': 'invitation',
  'TenantProvisioning.id': 'provisioning',
  'TestConversionPayload.id': 'conversion',
  'Webhook.id': 'webhook',
  'WebhookDelivery.id': 'delivery',
}

function cursorKind(coordinate: string, way: readonly string[]): Kind {
  if (coordinate.endsWith('ell')) return 'cell'
  if (way.includes('Query.auditLog')) return 'auditCursor'
  if (way.includes('User.timeline')) return 'timelineCursor'
  if (way.includes('Query.journeys')) return 'journeysCursor'
  if (way.includes('Query.webhookDeliveries')) return 'deliveriesCursor'
  return way.includes('Query.users') ? 'usersCursor' : 'conversionsCursor'
}

const MOST_KEPT = 40

/** The newest of a kind, so that a long run does not ask for the first ones only. */
function keep(tenant: IsoTenant, kind: Kind, value: string): void {
  const known = tenant.own[kind]
  if (known.includes(value)) return
  known.push(value)
  if (known.length > MOST_KEPT) known.splice(0, 1)
}

const MICRO_DIGITS = 6

/** Decimal text in millionths, without a float. */
function isMultiple(text: string, prime: number): boolean {
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.')
  return BigInt(whole + fraction.padEnd(MICRO_DIGITS, '0')) % BigInt(prime) === 0n
}

const without = (text: string, repeated: readonly string[]): string => repeated.reduce((left, each) => (each === '' ? left : left.replaceAll(each, '·')), text)

function around(text: string, what: string): string {
  const at = text.indexOf(what)
  return text.slice(Math.max(0, at - 120), at + 160)
}
