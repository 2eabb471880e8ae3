import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { projectRoot } from '#ops/config.ts'
import { commonErrors, protocolErrors } from '#ops/service/errors.ts'
import { schema as analytics } from '#subgraphs/analytics/schema.ts'
import { schema as auth } from '#subgraphs/auth/schema.ts'
import { schema as campaign } from '#subgraphs/campaign/schema.ts'
import { schema as tenant } from '#subgraphs/tenant/schema.ts'
import { composeSchema, type NamedSchema } from './compose.ts'
import { printErrorsPage, type CodeTable } from './errorsPage.ts'
import { findNarrowed } from './containedIn.ts'
import { printPermissionsPage } from './permissionsPage.ts'

/** File name in schema/ -> content. */
export type SchemaFiles = Readonly<Record<string, string>>

const schemaDirectory = fileURLToPath(new URL('../../schema/', import.meta.url))

/** The schemas of all subgraphs. */
export const SUBGRAPHS: readonly NamedSchema[] = [
  { name: 'analytics', schema: analytics },
  { name: 'auth', schema: auth },
  { name: 'campaign', schema: campaign },
  { name: 'tenant', schema: tenant },
]

/** Everything that is generated into schema/, from the code alone; throws when the subgraphs do not compose. */
export async function generateSchemaFiles(): Promise<SchemaFiles> {
  const composed = composeSchema(SUBGRAPHS)
  const sdl = Object.fromEntries(Object.entries(composed.subgraphs).map(([name, text]) => [`${name}.graphql`, text]))
  const pages = { 'ERRORS.md': printErrorsPage(await codeTables()), 'PERMISSIONS.md': printPermissionsPage(SUBGRAPHS) }
  return { ...sdl, 'supergraph.graphql': composed.supergraph, 'api.graphql': composed.api, ...pages }
}

/** Writes what is not there yet in these words; answers the names of the files it wrote. */
export async function writeSchemaFiles(files: SchemaFiles): Promise<readonly string[]> {
  const different = await findDifferences(files)
  await mkdir(schemaDirectory, { recursive: true })
  for (const name of different) await writeFile(`${schemaDirectory}${name}`, files[name] ?? '')
  return different
}

/** The names of the files that are missing or have another content. */
export async function findDifferences(files: SchemaFiles): Promise<readonly string[]> {
  const checks = await Promise.all(
    Object.entries(files).map(async ([name, content]) => {
      const path = `${schemaDirectory}${name}`
      return existsSync(path) && (await readFile(path, 'utf8')) === content ? [] : [name]
    }),
  )
  return checks.flat()
}

/** Where the contract lies beside this checkout; it is not a part of the repository. */
const CONTRACT = `${projectRoot}/../shared/contract.graphql`

/** What of the contract the generated API schema does not hold, a sentence each; null when there is no contract to compare with. */
export async function checkContract(files: SchemaFiles): Promise<readonly string[] | null> {
  if (!existsSync(CONTRACT)) return null
  return findNarrowed({ contract: await readFile(CONTRACT, 'utf8'), api: files['api.graphql'] ?? '' })
}

/** Tables that a room exports: a code's rule is either `{ description, … }` or the function that makes its sentence. */
const TABLES = [
  {
    path: 'subgraphs/analytics/execution/errors.ts',
    export: 'analyticsErrors',
    title: 'Errors of an analysis',
    about: 'In `extensions.code` of the error: the question is right, and could not be answered.',
  },
  {
    path: 'subgraphs/analytics/compiler/issues.ts',
    export: 'issueTable',
    title: 'Issues of an analysis',
    about: 'In `extensions.issues` of a `BAD_QUERY`: code, path to the argument, message, and the nearest right words.',
  },
  {
    path: 'subgraphs/analytics/collector/rejections.ts',
    export: 'REJECTIONS',
    title: 'Rejected events',
    about: 'In `rejected` of the answer to `POST /v1/events`: index, code, path, message.',
  },
] as const

const Sentence = z.custom<(parameters: unknown) => string>((value) => typeof value === 'function')
const Codes = z.record(z.string(), z.union([z.object({ description: z.string() }), Sentence.transform((rule) => ({ description: rule(placeholders) }))]))

/** Stands for the parameters of any sentence: each is shown by its own name. */
const placeholders = new Proxy({}, { get: (_target, name) => `‹${String(name)}›` })

async function codeTables(): Promise<readonly CodeTable[]> {
  const own: readonly CodeTable[] = [
    {
      title: 'Errors',
      about: 'In `extensions.code` of a GraphQL error, and as `{ error: { code, message } }` with this status under `/api`.',
      codes: commonErrors,
    },
    { title: 'Errors of the protocol', about: "GraphQL's own, in `extensions.code`.", codes: protocolErrors },
  ]
  const found = await Promise.all(
    TABLES.map(async ({ path, title, about, export: name }) => {
      if (!existsSync(`${projectRoot}/${path}`)) return []
      const module: Readonly<Record<string, unknown>> = await import(new URL(`../../${path}`, import.meta.url).href)
      return [{ title, about, codes: Codes.parse(module[name]) }]
    }),
  )
  return [...own, ...found.flat()]
}
