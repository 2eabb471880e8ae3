import { createWorkerTask } from './workerTask.ts'

export type PasswordStrength = {
  /** 0 to 100; it grows with the number of guesses as its logarithm. */
  readonly score: number
  readonly isAccepted: boolean
  /** Sentences: what makes it easy to guess. */
  readonly reasons: readonly string[]
  /** Sentences: what would make it harder. */
  readonly suggestions: readonly string[]
}

export type StrengthQuestion = { readonly kind: 'strength'; readonly password: string; readonly personal: readonly string[] } | { readonly kind: 'words' }
export type StrengthAnswer =
  | { readonly kind: 'strength'; readonly guessesLog10: number; readonly warning: string | null; readonly suggestions: readonly string[] }
  | { readonly kind: 'words'; readonly words: readonly string[] }

/** A password that takes this many guesses (a power of ten) has 100; one with half of that power is accepted: nobody guesses it over the network. */
const FULL_LOG10 = 16
const ACCEPTED_SCORE = 50

const ask = createWorkerTask<StrengthQuestion, StrengthAnswer>(new URL('./strengthWorker.ts', import.meta.url))

/** How hard the password is to guess for somebody who knows the dictionaries and these words about its owner (zxcvbn, in a thread of its own). */
export async function passwordStrength({ password, personal }: { readonly password: string; readonly personal: readonly string[] }): Promise<PasswordStrength> {
  const answer = await ask({ kind: 'strength', password, personal })
  if (answer.kind !== 'strength') throw new Error('The thread answered another question.')
  const score = Math.max(0, Math.min(100, Math.round((answer.guessesLog10 / FULL_LOG10) * 100)))
  const isAccepted = score >= ACCEPTED_SCORE
  const reasons = answer.warning === null ? (isAccepted ? [] : ['It would be guessed too soon.']) : [answer.warning]
  return { score, isAccepted, reasons, suggestions: answer.suggestions }
}

/** 7,776 words that are easy to spell and to tell apart (the EFF's long list). */
export async function dicewareWords(): Promise<readonly string[]> {
  const answer = await ask({ kind: 'words' })
  if (answer.kind !== 'words') throw new Error('The thread answered another question.')
  return answer.words
}
