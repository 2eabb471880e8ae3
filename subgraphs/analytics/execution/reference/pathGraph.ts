import { compareTexts, groupBy } from './groups.ts'
import type { GonePath } from './paths.ts'
import type { PathsQuestion } from './question.ts'

type Node = { readonly kind: 'START' | 'STEP' | 'OTHER' | 'CONVERSION' | 'EXIT'; readonly step: number; readonly name: string }
const KINDS: readonly Node['kind'][] = ['START', 'STEP', 'OTHER', 'CONVERSION', 'EXIT']

type Flow = { readonly users: string; readonly conversions: string }
type ShownNode = Flow & { readonly id: string; readonly kind: string; readonly event: string | null; readonly step: number; readonly isOther: boolean }
type ShownLink = Flow & { readonly source: string; readonly target: string }

/** Every path is walked from node to node, and what was walked is counted. */
export function graphOf(
  gone: readonly GonePath[],
  input: PathsQuestion,
): { readonly nodes: readonly ShownNode[]; readonly links: readonly ShownLink[]; readonly isTruncated: boolean } {
  const shown = shownNames(gone, input)
  const walks = gone.map((path) => ({
    path,
    nodes: nodesOf(path, input).map((node) => (isHidden(node, shown) ? { ...node, kind: 'OTHER' as const, name: '' } : node)),
  }))
  const visits = groupBy(
    walks.flatMap(({ path, nodes }) => nodes.map((node) => ({ path, node }))),
    ({ node }) => idOf(node),
  )
  const nodes = [...visits.values()].flatMap((visited) => {
    const [first] = visited
    return first === undefined ? [] : [{ node: first.node, count: visited.length, shown: showNode(first.node, { visited, input }) }]
  })
  const sorted = nodes.toSorted(
    (a, b) =>
      a.node.step - b.node.step ||
      KINDS.indexOf(a.node.kind) - KINDS.indexOf(b.node.kind) ||
      b.count - a.count ||
      compareTexts(a.node.name, b.node.name, 'ASC'),
  )
  const ids = sorted.map(({ shown: { id } }) => id)
  const walked = walks.flatMap(({ path, nodes: all }) => all.slice(1).map((to, i) => ({ path, source: idOf(all[i] ?? to), target: idOf(to) })))
  const links = [...groupBy(walked, ({ source, target }) => JSON.stringify([source, target])).values()].flatMap((each): ShownLink[] => {
    const [first] = each
    return first === undefined ? [] : [{ source: first.source, target: first.target, ...flowOf(each) }]
  })
  return {
    nodes: sorted.map((each) => each.shown),
    links: links.toSorted((a, b) => ids.indexOf(a.source) - ids.indexOf(b.source) || ids.indexOf(a.target) - ids.indexOf(b.target)),
    isTruncated: nodes.some(({ node }) => node.kind === 'OTHER'),
  }
}

type Visited = readonly { readonly path: GonePath }[]

const flowOf = (visited: Visited): Flow => ({
  users: String(new Set(visited.map(({ path }) => path.user)).size),
  conversions: String(visited.length),
})

function showNode(node: Node, { visited, input }: { readonly visited: Visited; readonly input: PathsQuestion }): ShownNode {
  const event = node.kind === 'STEP' ? node.name : node.kind === 'CONVERSION' ? (input.conversion?.event ?? null) : null
  return { id: idOf(node), kind: node.kind, event, step: node.step, isOther: node.kind === 'OTHER', ...flowOf(visited) }
}

const idOf = ({ kind, step, name }: Node): string => (kind === 'STEP' ? `${step} ${kind} ${name}` : `${step} ${kind}`)

function nodesOf({ steps }: GonePath, { conversion, depth }: PathsQuestion): readonly Node[] {
  const isShort = steps.length < depth
  const first = conversion ? -steps.length : 1
  const events = steps.map((name, i): Node => ({ kind: 'STEP', step: first + i, name }))
  if (conversion) return [...(isShort ? [{ kind: 'START' as const, step: first - 1, name: '' }] : []), ...events, { kind: 'CONVERSION', step: 0, name: '' }]
  return [...events, ...(isShort ? [{ kind: 'EXIT' as const, step: steps.length + 1, name: '' }] : [])]
}

const isHidden = (node: Node, shown: ReadonlySet<string>): boolean => node.kind === 'STEP' && !shown.has(idOf(node))

/** Of each position the most frequent events. */
function shownNames(gone: readonly GonePath[], input: PathsQuestion): ReadonlySet<string> {
  const steps = gone.flatMap((path) => nodesOf(path, input)).filter(({ kind }) => kind === 'STEP')
  const positions = [...groupBy(steps, ({ step }) => String(step)).values()].map((visited) => [...groupBy(visited, ({ name }) => name).values()])
  return new Set(
    positions.flatMap((names) =>
      names
        .toSorted((a, b) => b.length - a.length || compareTexts(a[0]?.name ?? '', b[0]?.name ?? '', 'ASC'))
        .slice(0, input.graphEvents)
        .flatMap(([node]) => (node === undefined ? [] : [idOf(node)])),
    ),
  )
}
