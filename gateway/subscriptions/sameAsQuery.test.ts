import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { askGateway } from '../testing/askGateway.ts'
import { startLiveWorld, type LiveWorld } from './testing/liveWorld.ts'
import { TestClient } from './testing/testClient.ts'

/** The types of the test's subgraphs: fields without selections, fields with, and what may stand behind `... on`. */
const TYPES: Readonly<
  Record<string, { readonly leaves: readonly string[]; readonly below: Readonly<Record<string, string>>; readonly on: readonly string[] }>
> = {
  Batch: { leaves: ['cursor'], below: { entries: 'Entry', subject: 'Subject' }, on: ['Batch'] },
  Entry: { leaves: ['number', 'text', 'filler', 'broken'], below: { campaign: 'Campaign', subject: 'Subject' }, on: ['Entry'] },
  Subject: { leaves: [], below: {}, on: ['Campaign', 'Note', 'Subject'] },
  Campaign: { leaves: ['id', 'name'], below: { partner: 'Partner' }, on: ['Campaign', 'Subject'] },
  Note: { leaves: ['text'], below: {}, on: ['Note', 'Subject'] },
  Partner: { leaves: ['id', 'name'], below: {}, on: ['Partner'] },
}
const RUNS = 60
const LEVELS = 5
/** Only the root's lists are copies of an event, of which five are allowed. */
const MOST = 4

type Selection = { readonly text: (key: () => string) => string }

const conditions = fc.constantFrom('', '', '', ' @include(if: $yes)', ' @include(if: $no)', ' @skip(if: $no)', ' @skip(if: $yes)', ' @skip(if: false)')

/** Keys are its own for each selection, so that no two can contradict each other. */
function selectionSet(type: string, levels: number): fc.Arbitrary<Selection> {
  const { leaves = [], below = {}, on = [] } = TYPES[type] ?? {}
  const isLast = levels === 0
  const field = fc
    .record({ name: fc.constantFrom('__typename', ...leaves), isAliased: fc.boolean(), condition: conditions })
    .map(({ name, isAliased, condition }): Selection => ({ text: (key) => `${isAliased ? `${key()}: ` : ''}${name}${condition}` }))
  const deeper = Object.entries(isLast ? {} : below).map(([name, inner]) =>
    fc
      .record({ set: selectionSet(inner, levels - 1), condition: conditions })
      .map(({ set, condition }): Selection => ({ text: (key) => `${key()}: ${name}${condition} ${set.text(key)}` })),
  )
  const fragments = (isLast ? [] : on).map((narrowed) =>
    fc
      .record({ set: selectionSet(narrowed, levels - 1), condition: conditions })
      .map(({ set, condition }): Selection => ({ text: (key) => `... on ${narrowed}${condition} ${set.text(key)}` })),
  )
  const each = fc.oneof({ weight: 3, arbitrary: field }, ...[...deeper, ...fragments].map((arbitrary) => ({ weight: 2, arbitrary })))
  return fc.array(each, { minLength: 1, maxLength: MOST }).map((selections): Selection => ({
    text: (key) => `{ __typename ${selections.map(({ text }) => text(key)).join(' ')} }`,
  }))
}

const textOf = (set: Selection): string => {
  let count = 0
  return set.text(() => `k${(count += 1)}`)
}

/** In any order, and without the ids of requests. Behind the root field, which has another name. */
const errorsOf = (errors: readonly any[] | undefined): string[] =>
  (errors ?? []).map(({ path, extensions }) => JSON.stringify([path.slice(1), extensions.code])).sort()

let world: LiveWorld
beforeAll(async () => {
  world = await startLiveWorld()
  world.knobs.filler = 'filler'
  world.log.append('one', 'two', 'three', 'four', 'five', 'six', 'seven')
})
afterAll(async () => world?.close())

it('an event has what an ordinary query has for the same selection: unions, entities, aliases, conditions, and errors with their paths', async () => {
  const authorization = await world.token()
  const client = await TestClient.connect(world.url, { authorization })
  let compared = 0
  let id = 0
  await fc.assert(
    fc.asyncProperty(selectionSet('Batch', LEVELS), fc.integer({ min: 0, max: 6 }), async (set, after) => {
      const selection = textOf(set)
      const variables = { yes: true, no: false }
      const declared = 'declared: __typename @include(if: $yes) also: __typename @skip(if: $no)'
      const query = `query ($yes: Boolean!, $no: Boolean!) { ${declared} batch(after: ${after}) ${selection} }`
      const answer = await askGateway(world.gateway.url, { query, variables, headers: { authorization } })
      const name = String((id += 1))
      const root = `{ declared: __typename @include(if: $yes) also: __typename @skip(if: $no) ${selection.slice(1)}`
      client.subscribe(name, `subscription ($yes: Boolean!, $no: Boolean!) { log(after: "${after}") ${root} }`, variables)
      const message = await client.answered(name)
      client.send({ type: 'complete', id: name })
      // What is too much is too much for both; the copies of a whole event are limited in a stream alone.
      if (message.type === 'error') {
        const isTooMuch = JSON.stringify(message.payload).includes('selects its lists')
        expect([answer.status, isTooMuch]).toEqual([isTooMuch ? 200 : 400, isTooMuch])
        return
      }
      const { declared: _declared, also: _also, ...log } = message.payload.data.log
      expect({ data: log, errors: errorsOf(message.payload.errors) }).toEqual({ data: answer.data?.['batch'], errors: errorsOf(answer.errors) })
      compared += 1
    }),
    { numRuns: RUNS },
  )
  // A failure prints its seed; here the few that were refused are not most of them.
  expect(compared).toBeGreaterThan(RUNS / 2)
  client.end()
}, 180_000)
