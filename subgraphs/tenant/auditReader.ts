import type { ChainEntry } from '#db/audit/chain.ts'
import { readHead } from '#db/audit/chainRows.ts'
import { searchAudit, type AuditSearch } from '#db/audit/searchAudit.ts'
import type { Open, SealedColumn, Vault } from '#db/crypto/vault.ts'
import { withTenant, type Pool } from '#db/pool.ts'
import { createCursorSealer } from '#ops/security/cursor.ts'
import { failure } from '#ops/service/errors.ts'

/** Also in what is sealed: in any letters' case. */
export type AuditWhere = AuditSearch & { readonly text: string | null }

/** An entry with its personal parts opened; they are null also when `note` says why they cannot be read. */
export type AuditRow = ChainEntry & {
  readonly opened: { readonly before: unknown; readonly after: unknown; readonly address: string | null }
  readonly note: string | null
  /** The seal of the head, on the newest entry of the log alone. */
  readonly headSeal: Buffer | null
}
export type AuditPage = { readonly nodes: readonly AuditRow[]; readonly hasNextPage: boolean; readonly endCursor: string | null }

export type AuditReader = { readonly page: (asked: AuditQuestion) => Promise<AuditPage> }
export type AuditQuestion = { readonly tenantId: string; readonly first: number; readonly after: string | null; readonly where: AuditWhere }

/** Entries that one page looks through for a text; what is sealed can only be searched by opening it. */
const SCAN_LIMIT = 5_000
const SCAN_STEP = 500
const DESTROYED = 'The personal data of this entry was destroyed with the key of the tenant.'
const DAMAGED = 'The personal data of this entry cannot be opened: it was changed. npm run audit:verify says more.'

/** Reads the tenants' audit logs, newest first. Who may is the caller's duty. */
export function createAuditReader({ pool, vault, cursorKey }: { readonly pool: Pool; readonly vault: Vault; readonly cursorKey: string }): AuditReader {
  return {
    page: async ({ tenantId, first, after, where }) => {
      const cursors = createCursorSealer(cursorKey, ['auditLog', tenantId, JSON.stringify(where)])
      const before = after === null ? null : positionOf(cursors.open(after))
      const { rows, scannedTo } = await withTenant(pool, tenantId, async (client) => {
        const head = await readHead(client, tenantId)
        const open = await vault.openerFor(client, tenantId)
        const rowOf = (entry: ChainEntry): AuditRow => ({ ...openEntry(entry, open), headSeal: head?.sequence === entry.sequence ? head.seal : null })
        const step = where.text === null ? first + 1 : SCAN_STEP
        const rows: AuditRow[] = []
        let last = before
        for (let scanned = 0; scanned < SCAN_LIMIT; scanned += step) {
          const entries = await searchAudit(client, { tenantId, before: last, where, limit: step })
          rows.push(...entries.map(rowOf).filter((row) => holds(row, where.text)))
          last = entries.at(-1)?.sequence ?? last
          if (entries.length < step) return { rows, scannedTo: null }
          if (rows.length > first) break
        }
        return { rows, scannedTo: last }
      })
      const nodes = rows.slice(0, first)
      const isCut = rows.length > first
      const end = isCut ? (nodes.at(-1)?.sequence ?? null) : (scannedTo ?? nodes.at(-1)?.sequence ?? null)
      return { nodes, hasNextPage: isCut || scannedTo !== null, endCursor: end === null ? null : cursors.seal(Buffer.from(String(end))) }
    },
  }
}

function positionOf(opened: Buffer | null): number {
  if (opened === null) throw failure('BAD_CURSOR', { argument: 'after' })
  return Number(opened.toString())
}

function openEntry(entry: ChainEntry, open: Open): Omit<AuditRow, 'headSeal'> {
  const problems = new Set<string>()
  const textOf = (column: SealedColumn, sealed: Buffer | null): string | null => {
    const opened = sealed === null ? null : open(column, sealed)
    if (opened === null || typeof opened !== 'string') return opened?.toString('utf8') ?? null
    problems.add(opened === 'destroyed' ? DESTROYED : DAMAGED)
    return null
  }
  const fieldsOf = (text: string | null): unknown => (text === null ? null : JSON.parse(text))
  const opened = {
    before: fieldsOf(textOf('audit_log.before', entry.before)),
    after: fieldsOf(textOf('audit_log.after', entry.after)),
    address: textOf('audit_log.address', entry.address),
  }
  return { ...entry, opened, note: problems.size === 0 ? null : [...problems].join(' ') }
}

function holds({ action, target, actorId, requestId, opened }: AuditRow, text: string | null): boolean {
  if (text === null) return true
  const all = [action, target, actorId, requestId, opened.address, JSON.stringify(opened.before), JSON.stringify(opened.after)]
  return all.some((each) => each?.toLowerCase().includes(text.toLowerCase()))
}
