import { randomBytes, randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { createChain, FIRST_HASH, type ChainEntry, type ChainHead } from './chain.ts'
import { ChainVerifier, type Verdict } from './verifyChain.ts'

const chain = createChain(randomBytes(32).toString('hex'))
const tenantId = randomUUID()

function makeChain(length: number): { readonly entries: readonly ChainEntry[]; readonly head: ChainHead } {
  const entries: ChainEntry[] = []
  for (let sequence = 1; sequence <= length; sequence++) {
    const entry = {
      tenantId,
      sequence,
      recordId: randomUUID(),
      at: new Date(1_800_000_000_000 + sequence * 1000).toISOString().replace('Z', '000Z'),
      actorKind: sequence % 3 === 0 ? 'key' : 'account',
      actorId: sequence % 5 === 0 ? null : randomUUID(),
      action: ['member.role_changed', 'key.created', 'account.logged_in'][sequence % 3] ?? '',
      target: `member:${sequence}`,
      before: sequence % 2 === 0 ? null : randomBytes(40),
      after: randomBytes(1 + (sequence % 50)),
      address: sequence % 7 === 0 ? null : randomBytes(44),
      requestId: sequence % 4 === 0 ? null : randomUUID(),
      previousHash: entries.at(-1)?.hash ?? FIRST_HASH,
    }
    entries.push({ ...entry, hash: chain.hashOf(entry) })
  }
  const last = { tenantId, sequence: length, hash: entries.at(-1)?.hash ?? FIRST_HASH }
  return { entries, head: { ...last, seal: chain.sealOf(last) } }
}

function verify(entries: readonly ChainEntry[], head: ChainHead | null): Verdict {
  const verifier = new ChainVerifier(chain)
  for (const entry of entries.toSorted((a, b) => a.sequence - b.sequence)) verifier.add(entry)
  return verifier.verdict(head)
}

const LENGTH = 200
const EDITS = 1_000
const { entries, head } = makeChain(LENGTH)
const below = (limit: number): number => Math.floor(Math.random() * limit)
const flip = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte, index) => (index === 0 ? byte ^ (1 << below(8)) : byte)))

// Any column becomes something else that the database would take.
function changeColumn(entry: ChainEntry): ChainEntry {
  const columns: readonly (() => Partial<ChainEntry>)[] = [
    () => ({ recordId: randomUUID() }),
    () => ({
      at: entry.at
        .replace('000000Z', '000001Z')
        .replace('.000Z', '.001Z')
        .replace(/(\d)000Z$/, '$1001Z'),
    }),
    () => ({ actorKind: entry.actorKind === 'key' ? 'system' : 'key' }),
    () => ({ actorId: entry.actorId === null ? randomUUID() : null }),
    () => ({ action: `${entry.action}x` }),
    () => ({ target: entry.target.slice(1) }),
    // A character that moves over to the next column.
    () => ({ action: entry.action.slice(0, -1), target: `${entry.action.at(-1)}${entry.target}` }),
    () => ({ before: entry.before === null ? Buffer.alloc(0) : null }),
    () => ({ after: entry.after === null ? null : flip(entry.after) }),
    () => ({ address: entry.address === null ? Buffer.from('x') : flip(entry.address) }),
    () => ({ before: entry.after, after: entry.before }),
    () => ({ requestId: entry.requestId === null ? '' : null }),
    () => ({ previousHash: flip(entry.previousHash) }),
    () => ({ hash: flip(entry.hash) }),
    () => ({ tenantId: randomUUID() }),
  ]
  return { ...entry, ...columns[below(columns.length)]?.() }
}

type Edit = () => { readonly entries: readonly ChainEntry[]; readonly head: ChainHead | null; readonly at: number }

const at = (index: number): ChainEntry => {
  const entry = entries[index]
  if (entry === undefined) throw new Error(`There is no entry at ${index}.`)
  return entry
}
const renumbered = (list: readonly ChainEntry[]): readonly ChainEntry[] => list.map((entry, index) => ({ ...entry, sequence: index + 1 }))

const edits: Readonly<Record<string, Edit>> = {
  change: () => {
    const index = below(LENGTH)
    return { entries: entries.with(index, changeColumn(at(index))), head, at: index + 1 }
  },
  delete: () => {
    const index = below(LENGTH - 1)
    return { entries: entries.toSpliced(index, 1), head, at: index + 1 }
  },
  'delete and close the gap': () => {
    const index = below(LENGTH - 1)
    return { entries: renumbered(entries.toSpliced(index, 1 + below(5))), head, at: index + 1 }
  },
  'cut the tail': () => {
    const kept = below(LENGTH)
    return { entries: entries.slice(0, kept), head, at: kept + 1 }
  },
  'cut the tail and set the head back': () => {
    const kept = 1 + below(LENGTH - 1)
    return { entries: entries.slice(0, kept), head: { ...head, sequence: kept, hash: at(kept - 1).hash }, at: kept }
  },
  'swap two': () => {
    const one = below(LENGTH - 1)
    const other = one + 1 + below(LENGTH - one - 1)
    return { entries: renumbered(entries.with(one, at(other)).with(other, at(one))), head, at: one + 1 }
  },
  'insert one': () => {
    const index = below(LENGTH)
    const forged = { ...at(index), recordId: randomUUID(), action: 'key.revoked' }
    return { entries: renumbered(entries.toSpliced(index, 0, { ...forged, hash: createChain('guessed').hashOf(forged) })), head, at: index + 1 }
  },
  'insert a copy': () => {
    const index = 1 + below(LENGTH - 1)
    return { entries: renumbered(entries.toSpliced(index, 0, at(below(index)))), head, at: index + 1 }
  },
  'append one': () => {
    const forged = { ...at(LENGTH - 1), sequence: LENGTH + 1, previousHash: head.hash }
    return { entries: [...entries, { ...forged, hash: randomBytes(32) }], head, at: LENGTH + 1 }
  },
  'move a stretch': () => {
    const start = below(LENGTH - 20)
    const moved = entries.slice(start, start + 5)
    return { entries: renumbered(entries.toSpliced(start, 5).toSpliced(start + 5 + below(10), 0, ...moved)), head, at: start + 1 }
  },
  'write the rest anew': () => {
    const start = below(LENGTH)
    const other = createChain('guessed')
    const rest: ChainEntry[] = []
    for (const entry of entries.slice(start)) {
      const next = { ...entry, target: 'member:nobody', previousHash: rest.at(-1)?.hash ?? entry.previousHash }
      rest.push({ ...next, hash: other.hashOf(next) })
    }
    const last = { ...head, hash: rest.at(-1)?.hash ?? head.hash }
    return { entries: [...entries.slice(0, start), ...rest], head: { ...last, seal: other.sealOf(last) }, at: start + 1 }
  },
  'change the head': () => {
    const changes: readonly Partial<ChainHead>[] = [{ hash: flip(head.hash) }, { seal: flip(head.seal) }, { tenantId: randomUUID() }]
    return { entries, head: { ...head, ...changes[below(changes.length)] }, at: LENGTH }
  },
  'take the head away': () => ({ entries, head: null, at: LENGTH }),
}

it('is green over what nobody touched, of any length', () => {
  expect(verify(entries, head)).toEqual({ verified: LENGTH, damage: null })
  const [one, none] = [makeChain(1), makeChain(0)]
  expect(verify(one.entries, one.head)).toEqual({ verified: 1, damage: null })
  expect([verify([], none.head), verify([], null)]).toEqual([
    { verified: 0, damage: null },
    { verified: 0, damage: null },
  ])
})

it(`finds each of ${EDITS} random edits, at the entry where it begins`, { timeout: 120_000 }, () => {
  const names = Object.keys(edits)
  for (let n = 0; n < EDITS; n++) {
    const name = names[n % names.length] ?? ''
    const edited = edits[name]?.()
    if (edited === undefined) throw new Error('There is no such edit.')
    const { damage } = verify(edited.entries, edited.head)
    expect([name, damage?.sequence], JSON.stringify(damage)).toEqual([name, edited.at])
  }
})

it('says what was done', () => {
  const kindOf = (changed: readonly ChainEntry[], own: ChainHead | null = head) => verify(changed, own).damage?.kind
  const forged = { ...at(100), recordId: randomUUID() }
  expect({
    changed: kindOf(entries.with(100, { ...at(100), action: 'key.revoked' })),
    cut: kindOf(entries.toSpliced(100, 3)),
    closed: kindOf(renumbered(entries.toSpliced(100, 3))),
    swapped: kindOf(renumbered(entries.with(100, at(150)).with(150, at(100)))),
    neighbours: kindOf(renumbered(entries.with(100, at(101)).with(101, at(100)))),
    inserted: kindOf(renumbered(entries.toSpliced(100, 0, forged))),
    copied: kindOf(renumbered(entries.toSpliced(100, 0, at(7)))),
    tail: kindOf(entries.slice(0, 100)),
    emptied: kindOf([]),
    head: kindOf(entries.slice(0, 100), { ...head, sequence: 100, hash: at(99).hash }),
    headless: kindOf(entries, null),
  }).toEqual({
    changed: 'changed',
    cut: 'cut',
    closed: 'cut',
    swapped: 'reordered',
    neighbours: 'reordered',
    inserted: 'inserted',
    copied: 'reordered',
    tail: 'tail missing',
    emptied: 'tail missing',
    head: 'head changed',
    headless: 'head missing',
  })
})
