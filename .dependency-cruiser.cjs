// The arrows of DESIGN.md section 2, checked by `npm run check`. Mains (server.ts, ops/{start,bench,schema,checks,worker,audit,move}) may import any room.
const mains = '^(ops/(start|bench|schema|checks|worker|audit|move)/|.*/server\\.ts$|vitest\\.config\\.ts$)'
const tests = '(\\.test\\.ts|\\.e2e\\.ts)$|/testing/|/e2e/'
const subgraph = '^subgraphs/([^/]+)/'

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    {
      name: 'ops-libraries-import-no-room',
      severity: 'error',
      from: { path: '^ops/', pathNot: `${mains}|${tests}` },
      to: { path: '^(db|gateway|subgraphs|explorer)/' },
    },
    { name: 'db-imports-ops-libraries-only', severity: 'error', from: { path: '^db/', pathNot: tests }, to: { path: '^(gateway|subgraphs|explorer)/' } },
    {
      name: 'gateway-imports-ops-libraries-only',
      severity: 'error',
      from: { path: '^gateway/', pathNot: `${tests}|${mains}` },
      to: { path: '^(db|subgraphs|explorer)/' },
    },
    {
      name: 'subgraphs-meet-in-the-supergraph',
      severity: 'error',
      from: { path: subgraph, pathNot: `${mains}|${tests}` },
      to: { path: '^subgraphs/', pathNot: '^subgraphs/$1/' },
    },
    {
      name: 'subgraphs-import-db-and-ops',
      severity: 'error',
      from: { path: '^subgraphs/', pathNot: `${mains}|${tests}` },
      to: { path: '^(gateway|explorer)/' },
    },
    {
      name: 'explorer-imports-no-room',
      severity: 'error',
      from: { path: '^explorer/', pathNot: tests },
      to: { path: '^(db|gateway|ops|subgraphs)/' },
    },
    { name: 'nobody-imports-a-main', severity: 'error', from: { pathNot: tests }, to: { path: '(^|/)server\\.ts$' } },
    {
      name: 'main-folders-are-closed',
      severity: 'error',
      from: { pathNot: `${mains}|${tests}` },
      to: { path: '^ops/(start|bench|schema|checks|worker|audit|move)/' },
    },
    {
      name: 'compiler-has-no-io',
      severity: 'error',
      from: { path: '^subgraphs/analytics/(compiler|model)/', pathNot: tests },
      to: { path: '^(db/(?!clickhouse/(catalog|storedEvent)\\.ts)|subgraphs/analytics/(execution|graphql|collector)/)' },
    },
    {
      name: 'reference-is-independent',
      severity: 'error',
      from: { path: '^subgraphs/analytics/execution/reference/' },
      to: { path: '^subgraphs/analytics/(compiler|model)/' },
    },
    { name: 'tests-are-not-imported', severity: 'error', from: { pathNot: `${tests}|${mains}` }, to: { path: '(\\.test\\.ts|\\.e2e\\.ts)$' } },
    // Generated code names a package that holds types alone.
    { name: 'no-unresolvable', severity: 'error', from: { pathNot: '^explorer/operations/generated/' }, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(\\.data|schema)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
}
