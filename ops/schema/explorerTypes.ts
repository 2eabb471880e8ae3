// TypeScript of the explorer's GraphQL documents, generated against schema/api.graphql as it lies on disk.
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { generate } from '@graphql-codegen/cli'
import codegen from '#explorer/codegen.ts'
import { projectRoot } from '#ops/config.ts'

type File = { readonly path: string; readonly content: string }
type Generated = { readonly filename: string; readonly content: string }

/** The files that are missing or have another content than the documents and the schema make. */
export async function findChangedExplorerTypes(): Promise<readonly File[]> {
  const made: readonly Generated[] = await generate({ ...codegen, cwd: projectRoot, silent: true, errorsOnly: true }, false)
  const files = made.map(({ filename, content }) => ({ path: join(projectRoot, filename), content }))
  const changed = await Promise.all(files.map(async (file) => (existsSync(file.path) && (await readFile(file.path, 'utf8')) === file.content ? [] : [file])))
  return changed.flat()
}

/** Writes them; answers how many. */
export async function writeExplorerTypes(): Promise<number> {
  const changed = await findChangedExplorerTypes()
  for (const { path, content } of changed) {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, content)
  }
  return changed.length
}
