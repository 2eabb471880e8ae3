import type { CodegenConfig } from '@graphql-codegen/cli'

// Types of the documents in operations/*.graphql, and of the inputs of the questions that are built at run time.
const config: CodegenConfig = {
  schema: 'schema/api.graphql',
  documents: 'explorer/operations/*.graphql',
  generates: {
    'explorer/operations/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        emitLegacyCommonJSImports: false,
        importExtension: '.ts',
        strictScalars: true,
        scalars: { Date: 'string', DateTime: 'string', Decimal: 'string', BigInt: 'string', Cursor: 'string', JSON: 'unknown' },
      },
    },
  },
}

export default config
