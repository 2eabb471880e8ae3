import { defineConfig } from 'vitest/config'

const graphql = { find: /^graphql$/, replacement: new URL('./node_modules/graphql/index.js', import.meta.url).pathname }
const common = { environment: 'node', globals: false, testTimeout: 30_000, hookTimeout: 60_000, restoreMocks: true } as const

// `npm test` says how many random requests the fuzz asks; `npm run test:long` more.
const fuzzRuns = Number(process.env.UNMOGROWP_FUZZ_RUNS ?? 150)
// How many questions with hostile texts are compiled; all of them are read by the server's parser.
const hostileRuns = Number(process.env.UNMOGROWP_HOSTILE_RUNS ?? 800)
// Random runs against the walls between tenants; `npm run test:isolation` has more.
const isolationRuns = Number(process.env.UNMOGROWP_ISOLATION_RUNS ?? 30)
// The seed that a failure printed, to see it again.
const fuzzSeed = process.env.UNMOGROWP_FUZZ_SEED === undefined ? null : Number(process.env.UNMOGROWP_FUZZ_SEED)

// `npm run test:long`: everything at its full size.
const isLong = process.env.UNMOGROWP_LONG === '1'

export default defineConfig({
  // Two copies of graphql would be two realms (STACK.md).
  resolve: { alias: [graphql] },
  test: {
    reporters: ['default'],
    // A message says what was there, not that something was.
    chaiConfig: { truncateThreshold: 300 },
    // A worker waits for the engines half of its time.
    maxWorkers: 4,
    provide: { fuzzRuns, fuzzSeed, hostileRuns, isLong, isolationRuns },
    projects: [
      { extends: true, test: { ...common, name: 'rooms', include: ['{db,gateway,ops,subgraphs,explorer}/**/*.test.ts'], exclude: ['**/node_modules/**'] } },
      // Whole systems with processes, ports and engines of their own: two files at a time, after the rest.
      {
        extends: true,
        test: {
          ...common,
          name: 'e2e',
          include: ['{gateway,ops,explorer}/e2e/*.e2e.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})

declare module 'vitest' {
  export interface ProvidedContext {
    fuzzRuns: number
    hostileRuns: number
    isLong: boolean
    isolationRuns: number
    /** null: a new one each time. */
    fuzzSeed: number | null
  }
}
