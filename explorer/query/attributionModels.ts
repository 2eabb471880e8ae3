import type { AttributionModel } from '../operations/generated/graphql.ts'

/** A model that credit can be divided by, as it is shown and defined. */
export type ModelText = {
  readonly model: AttributionModel
  readonly title: string
  readonly description: string
}

/**
 * The models in the order of the schema: theirs in pictures and tables, so that a model keeps its colour whichever others are beside it.
 */
export const models: readonly ModelText[] = [
  { model: 'FIRST_TOUCH', title: 'First touch', description: 'All credit goes to the oldest touchpoint of the path.' },
  { model: 'LAST_TOUCH', title: 'Last touch', description: 'All credit goes to the last touchpoint before the conversion.' },
  {
    model: 'LAST_NON_DIRECT',
    title: 'Last non-direct',
    description: 'All credit goes to the last touchpoint whose channel is not direct; to direct when there is no other.',
  },
  { model: 'LINEAR', title: 'Linear', description: 'Each of the n touchpoints of the path gets 1/n.' },
  {
    model: 'POSITION_BASED',
    title: 'Position based',
    description: '40 % to the first touchpoint, 40 % to the last, 20 % over those between. Two share evenly; a single one gets all.',
  },
  {
    model: 'TIME_DECAY',
    title: 'Time decay',
    description: 'A touchpoint counts 2^(−age/half-life), divided by the sum over the path: half as much for each half-life that it is older.',
  },
  {
    model: 'MARKOV',
    title: 'Markov',
    description: 'By removal effects: the share of conversions that would be lost in a Markov chain of all paths if nobody could go through the group.',
  },
  {
    model: 'SHAPLEY',
    title: 'Shapley',
    description: 'The Shapley value over the groups that led to conversions together: each conversion is divided evenly over the different groups of its path.',
  },
]

/** Where the rules are written down. */
export const modelSource = 'DEFINITIONS.md, section 3: multi-touch attribution'

export const modelText = (model: AttributionModel): ModelText => models.find((each) => each.model === model) ?? { model, title: model, description: '' }

/** The place among all models: that of its colour. */
export const modelIndex = (model: AttributionModel): number => models.findIndex((each) => each.model === model)
