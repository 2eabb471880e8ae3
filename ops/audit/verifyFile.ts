import type { Chain } from '#db/audit/chain.ts'
import { readEntries } from '#db/audit/chainRows.ts'
import { ChainVerifier } from '#db/audit/verifyChain.ts'
import type { Open, SealedColumn, Vault } from '#db/crypto/vault.ts'
import { withTenant, type Pool } from '#db/pool.ts'
import { readExport, type FileEntry } from './readExport.ts'
import { findingOf, type Finding } from './verifyLogs.ts'

export type VerifyFile = {
  readonly content: string
  readonly name: string
  readonly chain: Chain
  readonly vault: Vault
  /** Role umg_app; null: the file alone is looked at. */
  readonly app: Pool | null
}

/**
 * Verifies an exported file by itself, and against the database where there is one: that what stands in the clear is what was sealed, and that the log
 * still has the file's newest entry. A file that was kept elsewhere so shows a log that was set back as a whole.
 */
export async function verifyFile({ content, name, chain, vault, app }: VerifyFile): Promise<readonly Finding[]> {
  const { entries, head } = readExport(content)
  const verifier = new ChainVerifier(chain)
  for (const entry of entries) verifier.add(entry)
  const verdict = verifier.verdict(head)
  const last = entries.at(-1)
  if (verdict.damage !== null || last === undefined) return [findingOf(name, verdict)]
  if (app === null) return [findingOf(name, verdict), { isSound: true, line: '– What stands in the clear was not compared: the database does not answer.' }]
  const { tenantId } = last
  return withTenant(app, tenantId, async (client) => {
    const [stored] = await readEntries(client, { tenantId, after: last.sequence - 1, limit: 1 })
    const isThere = stored?.sequence === last.sequence && stored.hash.equals(last.hash)
    const anchor = isThere
      ? { isSound: true, line: `✓ The log of the database has entry ${last.sequence} of the file.` }
      : { isSound: false, line: `✗ The log of the database has not entry ${last.sequence} of the file: it was cut, or is another one.` }
    return [findingOf(name, verdict), anchor, compareClear(entries, await vault.openerFor(client, tenantId))]
  })
}

function compareClear(entries: readonly FileEntry[], open: Open): Finding {
  let unreadable = 0
  for (const entry of entries) {
    const pairs: readonly (readonly [SealedColumn, Buffer | null, string | null])[] = [
      ['audit_log.before', entry.before, entry.clear.before],
      ['audit_log.after', entry.after, entry.clear.after],
      ['audit_log.address', entry.address, entry.clear.address],
    ]
    const opened = pairs.map(([column, sealed]) => (sealed === null ? null : open(column, sealed)))
    if (opened.includes('destroyed')) unreadable += 1
    const isSame = pairs.every(([, , clear], index) => {
      const value = opened[index] ?? null
      return typeof value === 'string' ? value === 'destroyed' : (value?.toString('utf8') ?? null) === clear
    })
    if (!isSame) return { isSound: false, line: `✗ In entry ${entry.sequence} of the file stands something else than what was sealed.` }
  }
  const rest = unreadable === 0 ? '' : `; of ${unreadable} the key was destroyed`
  return { isSound: true, line: `✓ What stands in the clear is what was sealed${rest}` }
}
