import type { Touch } from '#db/clickhouse/storedEvent.ts'
import type { BoundSegment } from './segment.ts'

/**
 * A catalogued column of text, one of the caller's own properties, or whether the row's user is a member of a segment (as text, 1 or 0). Absent
 * values read as the empty text.
 */
export type TextOperand =
  | { readonly kind: 'column'; readonly column: TextColumn }
  | { readonly kind: 'property'; readonly name: string }
  | { readonly kind: 'segment'; readonly segment: BoundSegment }

export type TextColumn = 'app_id' | 'platform' | 'country' | 'app_version' | 'event' | 'channel' | 'partner_id' | 'campaign_id' | 'ad_group_id' | 'creative_id'

/** The members of NumberFilter, and what they say in SQL. */
export const COMPARISONS = [
  ['eq', '='],
  ['gt', '>'],
  ['gte', '>='],
  ['lt', '<'],
  ['lte', '<='],
] as const

export type Comparison = (typeof COMPARISONS)[number][1]

/**
 * What is true or false of one stored row, nothing in between: an absent text is the empty text, and an absent number meets no comparison.
 * Letters are compared as they are written.
 */
export type Condition =
  | { readonly kind: 'always' }
  | { readonly kind: 'never' }
  | { readonly kind: 'all'; readonly of: readonly Condition[] }
  | { readonly kind: 'any'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'oneOf'; readonly operand: TextOperand; readonly values: readonly string[] }
  | { readonly kind: 'contains'; readonly operand: TextOperand; readonly value: string }
  | { readonly kind: 'startsWith'; readonly operand: TextOperand; readonly value: string }
  | { readonly kind: 'number'; readonly property: string; readonly operator: Comparison; readonly value: number }
  | { readonly kind: 'touch'; readonly is: Touch }
  | { readonly kind: 'refund' }
  | { readonly kind: 'knownUser' }
  /** The row's user is a member; a row of nobody never meets it. */
  | { readonly kind: 'inSegment'; readonly segment: BoundSegment }
  /** When it happened, or was recorded: milliseconds UTC. */
  | { readonly kind: 'time'; readonly column: 'occurred_at' | 'recorded_at'; readonly operator: '>=' | '<'; readonly atMs: number }

export const ALWAYS: Condition = { kind: 'always' }
export const KNOWN_USER: Condition = { kind: 'knownUser' }
export const IS_REFUND: Condition = { kind: 'refund' }
export const NO_TOUCH: Condition = { kind: 'touch', is: 'none' }

export const all = (...of: readonly Condition[]): Condition => ({ kind: 'all', of })
export const any = (...of: readonly Condition[]): Condition => ({ kind: 'any', of })
export const not = (of: Condition): Condition => ({ kind: 'not', of })
export const column = (name: TextColumn): TextOperand => ({ kind: 'column', column: name })
export const eventIs = (name: string): Condition => ({ kind: 'oneOf', operand: column('event'), values: [name] })

/** In-app activity of a known person: never an install, a refund or a touch (DEFINITIONS.md, section 4). */
export const IS_ACTIVITY: Condition = all(KNOWN_USER, NO_TOUCH, not(eventIs('install')), not(IS_REFUND))
/** Credited to a touch when it was decided: by its campaign or partner, or by a channel that stands for advertising. */
export const IS_ATTRIBUTED: Condition = any(
  not({ kind: 'oneOf', operand: column('campaign_id'), values: [''] }),
  not({ kind: 'oneOf', operand: column('partner_id'), values: [''] }),
  not({ kind: 'oneOf', operand: column('channel'), values: ['', 'organic', 'direct'] }),
)
/** A purchase that is not taken back by its own row. */
export const IS_PURCHASE: Condition = all(eventIs('purchase'), not(IS_REFUND))
