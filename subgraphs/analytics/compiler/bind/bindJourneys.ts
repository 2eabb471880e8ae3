import type { Issue } from '#ops/service/issues.ts'
import { markovOrders, type JourneyModel, type MarkovOrder } from '../../model/attribution.ts'
import type { Condition, TextOperand } from '../../model/condition.ts'
import { dimensions, operandOf } from '../../model/dimensions.ts'
import { creditedBy, journeyKey, journeyModel } from '../attributionKey.ts'
import type { BoundGroup, BoundJourneys } from '../bound.ts'
import { issue } from '../issues.ts'
import { simplify } from '../passes/simplify.ts'
import type { SelectedField } from '../request.ts'

type Asked = {
  /** Those that take a model, and are not masked. */
  readonly fields: readonly SelectedField[]
  readonly groups: readonly BoundGroup[]
  readonly whereTouch: Condition
}

/** The models among the fields' that divide the credit of all conversions together; null when there is none. */
export function bindJourneys({ fields, groups, whereTouch }: Asked): { readonly journeys: BoundJourneys | null; readonly issues: readonly Issue[] } {
  const issues = fields.flatMap(issuesOf)
  const models = modelsOf(fields)
  const [first] = models
  if (first === undefined) return { journeys: null, issues }
  const undecided = operandsOf(simplify(whereTouch)).find(
    (operand) => !groups.some((group) => group.kind !== 'time' && nameOf(group.operand) === nameOf(operand)),
  )
  if (undecided !== undefined) issues.push(issue('WHERE_TOUCH_NOT_GROUPED', ['whereTouch'], { name: shownName(undecided), model: first.kind }))
  const orders = models.flatMap((model) => (model.kind === 'MARKOV' ? [model.order] : []))
  const journeys: BoundJourneys = {
    models,
    resampled: modelsOf(fields.filter(({ name }) => name === 'conversionsInterval')),
    order: orders.length === 0 ? null : highest(orders),
    wantsSets: models.some(({ kind }) => kind === 'SHAPLEY'),
    wantsRevenue: fields.some(({ name, args }) => creditedBy(name) === 'revenue' && journeyModel(args) !== null),
  }
  return { journeys, issues }
}

const highest = (orders: readonly MarkovOrder[]): MarkovOrder => orders.reduce((a, b) => (a > b ? a : b))

const modelsOf = (fields: readonly SelectedField[]): readonly JourneyModel[] => [
  ...new Map(
    fields.flatMap(({ args }) => {
      const model = journeyModel(args)
      return model === null ? [] : [[journeyKey(model), model] as const]
    }),
  ).values(),
]

function issuesOf({ name, args, path }: SelectedField): readonly Issue[] {
  const model = String(args['model'])
  const { order, level } = args
  const issues: Issue[] = []
  if (model === 'MARKOV' && typeof order === 'number' && !markovOrders.some((each) => each === order))
    issues.push(issue('ORDER_OUT_OF_BOUNDS', [...path, 'order'], { order, maxOrder: Math.max(...markovOrders) }))
  if (name !== 'conversionsInterval') return issues
  if (journeyModel(args) === null) issues.push(issue('INTERVAL_OF_ANOTHER_MODEL', [...path, 'model'], { model }))
  if (typeof level === 'number' && !(level > 0 && level < 1)) issues.push(issue('INTERVAL_LEVEL_OUT_OF_BOUNDS', [...path, 'level'], { level }))
  return issues
}

/** What a condition looks at. */
function operandsOf(condition: Condition): readonly TextOperand[] {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return condition.of.flatMap(operandsOf)
    case 'not':
      return operandsOf(condition.of)
    case 'oneOf':
    case 'contains':
    case 'startsWith':
      return [condition.operand]
    case 'number':
      return [{ kind: 'property', name: condition.property }]
    case 'inSegment':
      return [{ kind: 'segment', segment: condition.segment }]
    default:
      return []
  }
}

function nameOf(operand: TextOperand): string {
  switch (operand.kind) {
    case 'column':
      return `column ${operand.column}`
    case 'property':
      return `property ${operand.name}`
    case 'segment':
      return `segment ${operand.segment.id}`
  }
}

/** As the filter calls it. */
function shownName(operand: TextOperand): string {
  switch (operand.kind) {
    case 'column':
      return dimensions.find(({ name }) => nameOf(operandOf(name)) === nameOf(operand))?.field ?? operand.column
    case 'property':
      return operand.name
    case 'segment':
      return operand.segment.name
  }
}
