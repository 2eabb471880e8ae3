import { all, ALWAYS, eventIs, IS_REFUND, NO_TOUCH, not, type Condition } from './condition.ts'

/** What a user must have done, not done or be, over the rows of the user before the evaluation time. */
export type SegmentRule =
  | { readonly kind: 'all' | 'any'; readonly of: readonly SegmentRule[] }
  | { readonly kind: 'not'; readonly of: SegmentRule }
  | BehaviourRule
  /** The user's last known values: of each column and property the value of the latest row that has one. */
  | { readonly kind: 'is'; readonly of: Condition }

/** How many rows of the user meet the condition, of those that lie in `[startMs, endMs)`; null is without that bound. */
export type BehaviourRule = {
  readonly kind: 'did'
  readonly of: Condition
  readonly startMs: number | null
  readonly endMs: number | null
  /** How long before the evaluation time it begins, where it moves with that; then `startMs` is where it is now. */
  readonly rollingMs: number | null
  readonly atLeast: number
  /** null is any number. */
  readonly atMost: number | null
}

/** A definition with all it takes to tell its members: whose rows, until when, and which of them can matter. */
export type BoundSegment = {
  /** null for a definition that is not saved. */
  readonly id: string | null
  readonly name: string
  /** Lower-case UUID. */
  readonly tenantId: string
  /** What the asker may see at all: behaviour that is out of sight has not happened. */
  readonly rowFilter: Condition
  /** The evaluation time: rows before it count. */
  readonly atMs: number
  /** Whether rows that were recorded from then on are left out too, so that late ones change nothing. */
  readonly isFrozen: boolean
  /** Rows before are of no matter; null is since ever. */
  readonly startMs: number | null
  /** Rows that do not meet it are of no matter. */
  readonly rows: Condition
  readonly rule: SegmentRule
}

/** Whether a user meets the rule without a row that matters: then all known users have to be looked at. */
export function holdsForNobody(rule: SegmentRule): boolean {
  switch (rule.kind) {
    case 'all':
      return rule.of.every(holdsForNobody)
    case 'any':
      return rule.of.some(holdsForNobody)
    case 'not':
      return !holdsForNobody(rule.of)
    case 'did':
      return rule.atLeast === 0
    case 'is':
      return true
  }
}

/** The behaviours of the rule; null when it looks at last known values, which any row may hold. */
export function behavioursOf(rule: SegmentRule): readonly BehaviourRule[] | null {
  switch (rule.kind) {
    case 'did':
      return [rule]
    case 'is':
      return null
    case 'not':
      return behavioursOf(rule.of)
    default: {
      const parts = rule.of.map(behavioursOf)
      return parts.includes(null) ? null : parts.flatMap((part) => part ?? [])
    }
  }
}

/**
 * When a user first ever met a rule, told by the row that made it so: of `did` the n-th row (of a window that moves the first that is the n-th
 * within its length), of `all` the latest and of `any` the earliest of its parts.
 */
export type JoinRule = { readonly kind: 'all' | 'any'; readonly of: readonly JoinRule[] } | BehaviourRule

/** The rule as one that can be joined, or why nobody joins it at any one time. */
export function joinOf(rule: SegmentRule): { readonly join: JoinRule } | { readonly because: string } {
  switch (rule.kind) {
    case 'not':
      return { because: 'it tells of what was not done' }
    case 'is':
      return { because: 'last known values change with every event' }
    case 'did':
      if (rule.atMost !== null) return { because: 'it tells of what was done at most so often' }
      return rule.atLeast === 0 ? { because: 'it holds without any event' } : { join: rule }
    default: {
      if (rule.of.length === 0) return { because: `it holds for ${rule.kind === 'all' ? 'everybody' : 'nobody'}` }
      const parts = rule.of.map(joinOf)
      const unjoined = parts.find((part) => 'because' in part)
      if (unjoined !== undefined) return unjoined
      const of = parts.flatMap((part) => ('join' in part ? [part.join] : []))
      // What holds for a while only may have ended when the other parts begin to hold.
      if (rule.kind === 'all' && of.length > 1 && of.some(hasRolling)) return { because: 'a part of "all" holds for its last units only' }
      return { join: { kind: rule.kind, of } }
    }
  }
}

const hasRolling = (rule: JoinRule): boolean => (rule.kind === 'did' ? rule.rollingMs !== null : rule.of.some(hasRolling))

/**
 * The rows that are the behaviour. Without the event's name any activity. Money that is taken back is no behaviour, unless it is asked for or the
 * event is the refund itself.
 */
export function behaviourCondition({
  event,
  where,
  includeRefunds,
}: {
  readonly event: string | null
  readonly where: Condition
  readonly includeRefunds: boolean
}): Condition {
  const what = event === null ? all(NO_TOUCH, not(eventIs('install'))) : eventIs(event)
  return all(what, includeRefunds || event === REFUND_EVENT ? ALWAYS : not(IS_REFUND), where)
}

const REFUND_EVENT = 'refund'
