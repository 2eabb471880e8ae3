// How people take to each channel. Video and social work and are seen early; search, e-mail and affiliates stand at the door of people who
// were coming anyway: what a model credits and what is true differ on purpose.
import type { Channel } from './campaigns.ts'

export type ChannelNature = {
  /** The chance that an advertisement of the channel brings an install that nothing else would have brought: the true effect. */
  readonly lift: number
  /** The chance that somebody whom it reaches last would have installed anyway. */
  readonly intent: number
  /** The chance that an advertisement before a purchase was needed for it. */
  readonly purchaseLift: number
  /** How well those who come this way come back and buy, against 1. */
  readonly quality: number
}

export const NATURE: Readonly<Record<Channel, ChannelNature>> = {
  paid_search: { lift: 0.005, intent: 0.01, purchaseLift: 0.06, quality: 1.1 },
  social: { lift: 0.0055, intent: 0.0013, purchaseLift: 0.22, quality: 0.9 },
  video: { lift: 0.006, intent: 0.001, purchaseLift: 0.2, quality: 0.8 },
  affiliate: { lift: 0.001, intent: 0.008, purchaseLift: 0.03, quality: 0.7 },
  email: { lift: 0.002, intent: 0.01, purchaseLift: 0.1, quality: 1.25 },
  organic: { lift: 0, intent: 1, purchaseLift: 0, quality: 1.1 },
  direct: { lift: 0, intent: 1, purchaseLift: 0, quality: 1.15 },
}
