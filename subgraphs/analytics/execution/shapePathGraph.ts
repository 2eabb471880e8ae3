import type { BoundPaths } from '../compiler/bound.ts'
import { GRAPH_COLUMNS, GRAPH_PARTS, NODE_CODES } from '../compiler/sql/lowerPathGraph.ts'
import { pathNodeKinds, type PathNodeKind } from '../model/paths.ts'

type Flow = {
  /** Whole numbers as exact text; null where they were not asked for. */
  readonly users: string | null
  readonly conversions: string
}
export type PathNodeValue = Flow & {
  readonly id: string
  readonly kind: PathNodeKind
  readonly event: string | null
  readonly step: number
  readonly isOther: boolean
}
export type PathLinkValue = Flow & { readonly source: string; readonly target: string }
export type PathGraphValue = { readonly nodes: readonly PathNodeValue[]; readonly links: readonly PathLinkValue[]; readonly isTruncated: boolean }

type Cells = readonly unknown[]
type End = { readonly step: number; readonly kind: PathNodeKind; readonly name: string }

export function shapePathGraph(bound: BoundPaths, rows: readonly Cells[], read: (cells: Cells, name: string) => unknown): PathGraphValue {
  const number = (cells: Cells, name: string) => Number(read(cells, name))
  const text = (cells: Cells, name: string) => String(read(cells, name))
  const kindAt = (cells: Cells, name: string) => kinds.get(number(cells, name)) ?? null
  const flow = (cells: Cells): Flow => {
    const conversions = text(cells, GRAPH_COLUMNS.conversions)
    // Without a conversion each user has one path.
    const users = bound.conversion === null ? conversions : bound.wantsGraphUsers ? text(cells, GRAPH_COLUMNS.users) : null
    return { users, conversions }
  }
  const nodes: PathNodeValue[] = []
  const links: (PathLinkValue & { readonly from: End; readonly to: End })[] = []
  for (const cells of rows) {
    const part = number(cells, GRAPH_COLUMNS.part)
    const kind = kindAt(cells, GRAPH_COLUMNS.targetKind)
    // All paths together.
    if (kind === null) continue
    const position = number(cells, GRAPH_COLUMNS.step)
    const to: End = { step: part === GRAPH_PARTS.source ? position - 1 : position, kind, name: text(cells, GRAPH_COLUMNS.target) }
    if (part !== GRAPH_PARTS.link) {
      const event = kind === 'STEP' ? to.name : kind === 'CONVERSION' ? (bound.conversion?.event ?? null) : null
      nodes.push({ id: idOf(to), kind, event, step: to.step, isOther: kind === 'OTHER', ...flow(cells) })
      continue
    }
    const sourceKind = kindAt(cells, GRAPH_COLUMNS.sourceKind)
    if (sourceKind === null) throw new Error('A link comes from a node.')
    const from: End = { step: position - 1, kind: sourceKind, name: text(cells, GRAPH_COLUMNS.source) }
    links.push({ source: idOf(from), target: idOf(to), from, to, ...flow(cells) })
  }
  // Rows come by the bytes of their names, which decide between nodes that are else alike.
  const sorted = nodes.toSorted((a, b) => a.step - b.step || orderOf(a.kind) - orderOf(b.kind) || compareCounts(b.conversions, a.conversions))
  const place = new Map(sorted.map(({ id }, i) => [id, i]))
  const placeOf = (id: string) => place.get(id) ?? -1
  return {
    nodes: sorted,
    links: links.toSorted((a, b) => placeOf(a.source) - placeOf(b.source) || placeOf(a.target) - placeOf(b.target)),
    isTruncated: nodes.some(({ isOther }) => isOther),
  }
}

const kinds: ReadonlyMap<number, PathNodeKind> = new Map(pathNodeKinds.map((kind) => [NODE_CODES[kind], kind]))
const orderOf = (kind: PathNodeKind): number => pathNodeKinds.indexOf(kind)
const idOf = ({ step, kind, name }: End): string => (kind === 'STEP' ? `${step} ${kind} ${name}` : `${step} ${kind}`)

function compareCounts(a: string, b: string): number {
  const difference = BigInt(a) - BigInt(b)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}
