// A thread: the dictionaries take a second to load, and a long password tenths of one to look at.
import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { adjacencyGraphs, dictionary as common } from '@zxcvbn-ts/language-common'
import { dictionary as english, translations } from '@zxcvbn-ts/language-en'
import { answerTasks } from './answerTasks.ts'
import type { StrengthAnswer, StrengthQuestion } from './passwordStrength.ts'

/** What comes after decides nothing any more. */
const MAX_LENGTH = 72

const zxcvbn = new ZxcvbnFactory({ dictionary: { ...common, ...english }, graphs: adjacencyGraphs, translations, maxLength: MAX_LENGTH })

answerTasks((question: StrengthQuestion): StrengthAnswer => {
  if (question.kind === 'words') return { kind: 'words', words: common['diceware-common'].map(String) }
  const { guessesLog10, feedback } = zxcvbn.check(question.password, [...question.personal])
  return { kind: 'strength', guessesLog10, warning: feedback.warning, suggestions: feedback.suggestions }
})
