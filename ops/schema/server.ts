// `npm run schema` writes schema/ from the code. With --check it writes nothing, and fails when something there is not what it would write or when
// the contract is not contained in the API schema.
import { findChangedExplorerTypes, writeExplorerTypes } from './explorerTypes.ts'
import { checkContract, findDifferences, generateSchemaFiles, writeSchemaFiles } from './files.ts'

const files = await generateSchemaFiles()
if (process.argv.includes('--check')) {
  const different = await findDifferences(files)
  const narrowed = await checkContract(files)
  const types = await findChangedExplorerTypes()
  for (const name of different) console.error(`✗ schema/${name} is not what the code says; run npm run schema.`)
  for (const { path } of types) console.error(`✗ ${path} is not what the documents say; run npm run schema.`)
  for (const sentence of narrowed ?? []) console.error(`✗ contract: ${sentence}`)
  if (narrowed === null) console.log('– The contract is not beside this checkout, so it was not compared.')
  process.exitCode = different.length === 0 && types.length === 0 && (narrowed ?? []).length === 0 ? 0 : 1
  if (process.exitCode === 0) console.log('✓ schema/ is what the code says.')
} else {
  const written = await writeSchemaFiles(files)
  const types = await writeExplorerTypes()
  if (types > 0) console.log(`✓ Wrote ${types} files of the explorer's types.`)
  console.log(written.length === 0 ? '✓ schema/ was up to date.' : `✓ Wrote ${written.map((name) => `schema/${name}`).join(', ')}.`)
}
