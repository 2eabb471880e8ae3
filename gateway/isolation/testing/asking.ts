import { randomUUID } from 'node:crypto'
import { chance, pick, type Draw } from './draw.ts'
import type { IsoTenant, Kind } from './isoTenant.ts'

/** How often, in percent, an id is another tenant's, one that is gone, or nobody's; else it is the asker's own. */
export type Mix = { readonly foreign: number; readonly gone: number; readonly random: number }
export const MIXED: Mix = { foreign: 35, gone: 8, random: 7 }
export const OWN: Mix = { foreign: 0, gone: 0, random: 0 }
export const FOREIGN: Mix = { foreign: 100, gone: 0, random: 0 }

/** What the selection of one root field asks its arguments to hold. */
export type Needs = {
  readonly dimensions: Set<string>
  readonly properties: Set<string>
  readonly segments: Set<string>
  isTimed: boolean
}

/** One document in the making: who asks, of whom, and what was said in it. */
export type Asking = {
  readonly draw: Draw
  /** null asks as nobody. */
  readonly tenant: IsoTenant | null
  readonly others: readonly IsoTenant[]
  readonly mix: Mix
  /** How often, in percent, what may be left out is there. */
  readonly optional: number
  /** Every text that was sent: an answer may repeat it. */
  readonly sent: Set<string>
  /** Arguments and input fields that were sent. */
  readonly inputs: Set<string>
  needs: Needs
}

export const noNeeds = (): Needs => ({ dimensions: new Set(), properties: new Set(), segments: new Set(), isTimed: false })

const UUID_KINDS: ReadonlySet<Kind> = new Set([
  'tenant',
  'app',
  'key',
  'segment',
  'account',
  'session',
  'conversion',
  'invitation',
  'provisioning',
  'webhook',
  'delivery',
])

/** An id of that kind: own, foreign, of what is gone, or of nothing. */
export function idOf(asking: Asking, kind: Kind): string {
  const text = choose(asking, kind)
  asking.sent.add(text)
  return text
}

function choose({ draw, tenant, others, mix }: Asking, kind: Kind): string {
  const { foreign, gone, random } = mix
  const roll = draw(100)
  if (roll < random) return nobodys(draw, kind)
  const isForeign = tenant === null || roll < random + foreign
  const owner = isForeign && others.length > 0 ? pick(draw, others) : tenant
  const from = owner === null ? [] : chance(draw, gone) && owner.gone[kind].length > 0 ? owner.gone[kind] : owner.own[kind]
  return from.length === 0 ? nobodys(draw, kind) : pick(draw, from)
}

const nobodys = (draw: Draw, kind: Kind): string => (UUID_KINDS.has(kind) ? randomUUID() : `nobody-${draw(1000)}`)

let made = 0

/** A new name with the asker's own mark in it; now and then one of another tenant's words. */
export function newName(asking: Asking): string {
  const { draw, tenant, others, mix } = asking
  made += 1
  const owner = chance(draw, mix.foreign / 3) && others.length > 0 ? pick(draw, others) : tenant
  const text = `${owner?.mark ?? 'nobody'}-new-${made.toString(36).padStart(5, '0')}`
  asking.sent.add(text)
  return text
}
