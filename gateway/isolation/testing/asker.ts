import { readFileSync } from 'node:fs'
import { buildSchema, isObjectType, type GraphQLObjectType, type GraphQLSchema } from 'graphql'
import { TestClient } from '../../subscriptions/testing/testClient.ts'
import { noNeeds, type Asking } from './asking.ts'
import type { Draw } from './draw.ts'
import { writeQuestion, type OperationKind, type Question } from './document.ts'
import type { Heard } from './oracle.ts'
import { argumentsOf } from './inputs.ts'
import { select, type Selected, type Wanted } from './selection.ts'
import type { Mix } from './asking.ts'
import type { Viewer } from './viewers.ts'
import type { IsoTenant } from './isoTenant.ts'

/** The API as clients see it. */
export const apiSchema: GraphQLSchema = buildSchema(readFileSync(new URL('../../../schema/api.graphql', import.meta.url), 'utf8'))

export const rootTypeOf = (kind: OperationKind): GraphQLObjectType => {
  const type = apiSchema.getType({ query: 'Query', mutation: 'Mutation', subscription: 'Subscription' }[kind])
  if (!isObjectType(type)) throw new Error(`There is no ${kind} type.`)
  return type
}

export const rootFieldsOf = (kind: OperationKind): readonly string[] => Object.keys(rootTypeOf(kind).getFields())

export type AskingOptions = {
  readonly draw: Draw
  readonly viewer: Viewer
  readonly tenants: readonly IsoTenant[]
  readonly mix: Mix
  readonly optional: number
}

export const askingOf = ({ draw, viewer, tenants, mix, optional }: AskingOptions): Asking => ({
  draw,
  tenant: viewer.tenant,
  others: tenants.filter((tenant) => tenant !== viewer.tenant),
  mix,
  optional,
  sent: new Set(),
  inputs: new Set(),
  needs: noNeeds(),
})

/** One root field with what is selected below it; its arguments are made last, since they must fit the selection. */
export function rootField(kind: OperationKind, name: string, asking: Asking, wanted: Wanted): Selected {
  const type = rootTypeOf(kind)
  const field = type.getFields()[name]
  if (field === undefined) throw new Error(`There is no ${kind} ${name}.`)
  asking.needs = noNeeds()
  const returned = apiSchema.getType(field.type.toString().replaceAll(/[[\]!]/g, ''))
  const children = isObjectType(returned) ? (select(returned, asking, wanted) ?? []) : null
  const args = argumentsOf({ coordinate: `${type.name}.${name}`, args: field.args }, asking)
  return { parent: type.name, field, key: name, args, children }
}

/** Each root field leads to a field of its own. */
export type EachWanted = { readonly kind: 'each'; readonly coordinates: readonly string[] }

/** Several root fields in one document, each under a name of its own. */
export function questionOf(kind: OperationKind, names: readonly string[], asking: Asking, wanted: Wanted | EachWanted): Question {
  const roots = names.map((name, index) => {
    const own: Wanted = wanted.kind === 'each' ? { kind: 'to', coordinate: wanted.coordinates[index] ?? '' } : wanted
    return { ...rootField(kind, name, asking, own), key: names.length === 1 ? name : `r${index}_${name}` }
  })
  return writeQuestion(kind, roots, asking)
}

/** Asks by HTTP, or the first answer of a subscription over a socket. */
export async function ask(url: string, question: Question, bearer: string | undefined): Promise<Heard> {
  return question.kind === 'subscription' ? askSocket(url, question, bearer) : askHttp(url, question, bearer)
}

async function askHttp(url: string, { query, variables }: Question, bearer: string | undefined): Promise<Heard> {
  const authorization: Record<string, string> = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization },
    body: JSON.stringify({ query, variables }),
  })
  const text = await response.text()
  return { text, headers: JSON.stringify([...response.headers]), data: dataOf(JSON.parse(text)) }
}

async function askSocket(url: string, { query, variables }: Question, bearer: string | undefined): Promise<Heard> {
  const client = await TestClient.connect(`${url.replace('http', 'ws')}/graphql`, bearer === undefined ? {} : { authorization: `Bearer ${bearer}` })
  try {
    if (client.closed !== null) return { text: JSON.stringify(client.closed), headers: '', data: null }
    client.subscribe('asked', query, variables)
    // A stream in which nothing happens may say nothing.
    await client.answered('asked', SILENCE_MS).catch(() => undefined)
    return { text: JSON.stringify(client.messages), headers: '', data: dataOf(client.payloads('asked')[0]) }
  } finally {
    client.end()
  }
}

const SILENCE_MS = 1_500

const dataOf = (answer: unknown): unknown => (typeof answer === 'object' && answer !== null && 'data' in answer ? answer.data : null)
