import { NumberSet } from './numberSet.ts'

/** What was sent and what came, told apart by the amount: each conversion of a run has one of its own. */
export type Ledger = {
  /** A number that no conversion has yet. */
  readonly next: () => number
  /** From now on what is sent counts: everybody reads. */
  readonly begin: () => void
  /** The collector has answered for these; whatever the system does, each that counts has to come. */
  readonly accept: (amounts: readonly number[]) => void
  readonly accepted: Pick<NumberSet, 'size' | 'numbers'>
}

export function createLedger(): Ledger {
  const accepted = new NumberSet()
  let last = 0
  let first = Number.POSITIVE_INFINITY
  return {
    next: () => (last += 1),
    begin: () => (first = last + 1),
    accept: (amounts) => {
      for (const amount of amounts) if (amount >= first) accepted.add(amount)
    },
    accepted,
  }
}

export type Entry = { readonly id: string; readonly sequence: string; readonly revenue: { readonly amount: string } | null }

/** What one reader was given, recounted from the entries themselves. */
export type Account = {
  readonly take: (entries: readonly Entry[]) => void
  readonly has: (amount: number) => boolean
  /** Entries whose number does not follow the one before. */
  readonly gaps: () => number
  readonly repeats: () => number
  readonly size: () => number
}

/** A reader of the whole log from a place on: every number has to follow the one before. */
export function createAccount(): Account {
  const seen = new NumberSet()
  let last: bigint | null = null
  let gaps = 0
  let repeats = 0
  return {
    take(entries) {
      for (const { sequence, revenue } of entries) {
        const number = BigInt(sequence)
        if (last !== null && number <= last) repeats += 1
        else if (last !== null && number > last + 1n) gaps += Number(number - last - 1n)
        if (last === null || number > last) last = number
        seen.add(amountOf(revenue))
      }
    },
    has: (amount) => seen.has(amount),
    gaps: () => gaps,
    repeats: () => repeats,
    size: () => seen.size,
  }
}

/** A group, whose members share the log: what it acknowledged must not come to any of them again. */
export type GroupAccount = {
  readonly take: (entries: readonly Entry[]) => void
  readonly acknowledged: (entries: readonly Entry[]) => void
  /** An acknowledgement of them was sent and its answer lost: they may be acknowledged, and then they never come again. */
  readonly uncertain: (entries: readonly Entry[]) => void
  readonly has: (amount: number) => boolean
  /** Whether it is acknowledged, or may be. */
  readonly isDone: (amount: number) => boolean
  readonly repeatsAfterAcknowledgement: () => number
  /** Acknowledgements that were refused. */
  readonly problems: string[]
  /** Deliveries of what had come already and was not acknowledged; they are allowed. */
  readonly redeliveries: () => number
}

export function createGroupAccount(): GroupAccount {
  const seen = new NumberSet()
  const done = new NumberSet()
  const maybeDone = new NumberSet()
  let repeats = 0
  let redeliveries = 0
  return {
    take(entries) {
      for (const { revenue } of entries) {
        const amount = amountOf(revenue)
        if (done.has(amount)) repeats += 1
        else if (seen.has(amount)) redeliveries += 1
        seen.add(amount)
      }
    },
    acknowledged: (entries) => {
      for (const { revenue } of entries) done.add(amountOf(revenue))
    },
    has: (amount) => seen.has(amount),
    uncertain: (entries) => {
      for (const { revenue } of entries) maybeDone.add(amountOf(revenue))
    },
    isDone: (amount) => done.has(amount) || maybeDone.has(amount),
    repeatsAfterAcknowledgement: () => repeats,
    problems: [],
    redeliveries: () => redeliveries,
  }
}

/** 0 is nobody's: an entry of somebody else. */
const amountOf = (revenue: Entry['revenue']): number => (revenue === null ? 0 : Number(revenue.amount))
