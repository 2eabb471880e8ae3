import type { IssueTable } from '#ops/service/issues.ts'

export type CreditIssueParams = {
  TOO_FEW_STEPS: { steps: number; minSteps: number }
  TOO_MANY_STEPS: { steps: number; maxSteps: number }
  TOO_MANY_ALIKE_STEPS: { event: string; steps: number; maxSteps: number }
  TOO_MANY_EXCLUSIONS: { exclusions: number; maxExclusions: number }
  WINDOW_OUT_OF_BOUNDS: { windowSeconds: number; maxSeconds: number }
  ORDER_OUT_OF_BOUNDS: { order: number; maxOrder: number }
  WHERE_TOUCH_NOT_GROUPED: { name: string; model: string }
  INTERVAL_OF_ANOTHER_MODEL: { model: string }
  INTERVAL_LEVEL_OUT_OF_BOUNDS: { level: number }
}

/** Of funnels, and of the models that divide the credit of all conversions together. */
export const creditIssues: IssueTable<CreditIssueParams> = {
  TOO_FEW_STEPS: {
    description: 'A funnel has too few steps.',
    message: ({ steps, minSteps }) => `The funnel has ${steps === 1 ? '1 step' : `${steps} steps`}; it needs at least ${minSteps}.`,
  },
  TOO_MANY_STEPS: {
    description: 'A funnel has too many steps.',
    message: ({ steps, maxSteps }) => `The funnel has ${steps} steps; at most ${maxSteps} can be asked for at once.`,
  },
  TOO_MANY_ALIKE_STEPS: {
    description: 'An UNORDERED funnel has too many steps of one event with different filters.',
    message: ({ event, steps, maxSteps }) => `${steps} steps with different filters are of "${event}"; in an UNORDERED funnel at most ${maxSteps} can be.`,
  },
  TOO_MANY_EXCLUSIONS: {
    description: 'A funnel has too many exclusions.',
    message: ({ exclusions, maxExclusions }) => `exclude has ${exclusions} members; at most ${maxExclusions} can be given.`,
  },
  WINDOW_OUT_OF_BOUNDS: {
    description: 'A conversion window has no length or is too long.',
    message: ({ windowSeconds, maxSeconds }) => `windowSeconds is ${windowSeconds}; it can be 1 to ${maxSeconds}.`,
  },
  ORDER_OUT_OF_BOUNDS: {
    description: 'The order of a Markov chain is not a whole number that can be asked for.',
    message: ({ order, maxOrder }) => `order is ${order}; it can be 1 to ${maxOrder}.`,
  },
  WHERE_TOUCH_NOT_GROUPED: {
    description: 'MARKOV and SHAPLEY credit groups and not touchpoints, so that whereTouch shows or hides whole groups: it filters by what is grouped by.',
    message: ({ name, model }) =>
      `${model} credits groups as a whole, and whereTouch would show a part of one: group by "${name}" too, or leave it out of whereTouch.`,
  },
  INTERVAL_OF_ANOTHER_MODEL: {
    description: 'An interval is asked for of a model that divides each conversion by a rule.',
    message: ({ model }) => `${model} has no interval; MARKOV and SHAPLEY do.`,
  },
  INTERVAL_LEVEL_OUT_OF_BOUNDS: {
    description: 'The level of an interval does not lie between 0 and 1.',
    message: ({ level }) => `level is ${level}; it must lie between 0 and 1, such as 0.95.`,
  },
}
