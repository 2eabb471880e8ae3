import { describe, expect, test } from 'vitest'
import { binary, call, param, stored, type SqlExpression, type SqlSelect } from '../compiler/sql/ast.ts'
import { checkSelect, checkText, UnsafeStatement } from './checkStatement.ts'

const tenantId = '00000000-0000-4000-8000-000000000001'
const otherId = '00000000-0000-4000-8000-000000000002'
const parameters = [
  { name: 'p1', type: 'UUID', value: tenantId },
  { name: 'p2', type: 'UUID', value: otherId },
  { name: 'p3', type: 'String', value: tenantId },
] as const
const check = (sql: string) => () => checkText(sql, parameters, { tenantId })
const COSTS = 'SELECT\n  1 AS m1\nFROM `costs`\nWHERE `tenant_id` = {p1:UUID} AND\n  `day` >= {p3:String}'
const SCAN = 'SELECT\n  count() AS m1\nFROM `events`\nWHERE `tenant_id` = {p1:UUID}'

describe('a text is let through', () => {
  test.each([
    ['one scan', SCAN],
    ['a scan with more conditions', `${SCAN} AND\n  \`event\` = {p3:String}\nGROUP BY g1 WITH TOTALS\nLIMIT 5`],
    ['a scan within a select', `SELECT\n  m1\nFROM (\n  ${SCAN.replaceAll('\n', '\n  ')}\n)`],
    ['two joined scans', `SELECT\n  m1\nFROM (\n  ${SCAN}\n) AS a\nINNER JOIN (\n  ${SCAN}\n) AS e\nON a.\`user_id\` = e.\`user_id\``],
    ['the rows of two scans', `SELECT\n  m1\nFROM (\n  ${SCAN}\n  UNION ALL\n  -- ScanCosts\n  ${COSTS}\n)`],
    [
      'a select in a condition',
      `${SCAN} AND\n  \`user_id\` IN (\n  -- Members\n  SELECT\n    \`user_id\`\n  FROM \`events\`\n  WHERE \`tenant_id\` = {p1:UUID} AND\n    1\n  GROUP BY \`user_id\`\n)`,
    ],
    ['words in comments', `-- SETTINGS; 'x' UNION FROM secrets\n${SCAN}`],
  ])('%s', (_, sql) => expect(check(sql)).not.toThrow())
})

describe('a text is refused that', () => {
  test.each([
    ['has no scan', 'SELECT\n  1'],
    ['has no tenant', 'SELECT\n  count() AS m1\nFROM `events`'],
    ['asks for the tenant second', 'SELECT\n  1\nFROM `events`\nWHERE 1 AND `tenant_id` = {p1:UUID}'],
    ['asks for the tenant or more', `${SCAN} OR 1`],
    ['asks for another tenant', SCAN.replace('{p1:', '{p2:')],
    ['asks for a tenant of another type', SCAN.replace('{p1:UUID}', '{p3:String}')],
    ['asks for the tenant in one of two scans', `SELECT\n  1\nFROM (\n  ${SCAN}\n) AS a\nINNER JOIN (\n  SELECT\n    1\n  FROM \`events\`\n) AS e\nON 1`],
    ['reads another table', 'SELECT\n  1\nFROM `secrets`\nWHERE `tenant_id` = {p1:UUID}'],
    ['reads a table of the system', 'SELECT\n  1\nFROM system.tables\nWHERE `tenant_id` = {p1:UUID}'],
    ['reads a table function', "SELECT\n  1\nFROM url('http://x')"],
    ['sets a setting', `${SCAN}\nSETTINGS log_comment = {p3:String}`],
    ['sets a setting in small letters', `${SCAN} settings max_threads = 1`],
    ['hides a setting behind a comment', `${SCAN} AND 1 -- x\n SETTINGS a = 1`],
    ['hides something in a comment of its own', `${SCAN} /* x */`],
    ['adds another statement', `${SCAN}; SELECT 1`],
    ['adds other rows', `${SCAN} UNION ALL SELECT 1`],
    ['adds rows of a scan without the tenant', `${SCAN} UNION ALL SELECT 1 FROM \`costs\``],
    ['adds rows of costs of another tenant', `${SCAN} UNION ALL ${COSTS.replace('{p1:', '{p2:')}`],
    ['adds rows in another way', `${SCAN} UNION DISTINCT ${COSTS}`],
    ['looks in rows without the tenant', `${SCAN} AND \`user_id\` IN (\n  SELECT\n    \`user_id\`\n  FROM \`events\`\n  GROUP BY \`user_id\`\n)`],
    ['looks in rows of another tenant', `${SCAN} AND \`user_id\` IN (\n  ${SCAN.replace('{p1:', '{p2:')}\n)`],
    ['adds rows of no select', `${SCAN} UNION ALL (VALUES 1)`],
    ['writes somewhere', `${SCAN} INTO OUTFILE x`],
    ['chooses a format', `${SCAN} FORMAT Null`],
    ['has a literal text', `${SCAN} AND \`event\` = 'x'`],
    ['begins with another select', `WITH x AS (SELECT 1) ${SCAN}`],
  ])('%s', (_, sql) => expect(check(sql)).toThrow(UnsafeStatement))
})

describe('a select is refused that', () => {
  const scan = {
    kind: 'select',
    comments: [],
    columns: [],
    from: { kind: 'table', table: 'events' },
    groupBy: [],
    withTotals: false,
    having: [],
    orderBy: [],
    limit: null,
  } as const
  const tenant = binary('=', stored('tenant_id'), param('UUID', tenantId))

  test('has no condition on the tenant, a weaker one, or one about another tenant', () => {
    expect(() => checkSelect({ ...scan, where: [tenant] }, { tenantId })).not.toThrow()
    expect(() => checkSelect({ ...scan, where: [] }, { tenantId })).toThrow(UnsafeStatement)
    expect(() => checkSelect({ ...scan, where: [{ kind: 'some', of: [tenant] }] }, { tenantId })).toThrow(UnsafeStatement)
    expect(() => checkSelect({ ...scan, where: [{ kind: 'negated', of: tenant }] }, { tenantId })).toThrow(UnsafeStatement)
    expect(() => checkSelect({ ...scan, where: [binary('!=', stored('tenant_id'), param('UUID', tenantId))] }, { tenantId })).toThrow(UnsafeStatement)
    expect(() => checkSelect({ ...scan, where: [tenant] }, { tenantId: otherId })).toThrow(UnsafeStatement)
  })

  test('has an unguarded scan among those whose rows are put together', () => {
    const costs = { ...scan, from: { kind: 'table', table: 'costs' } } as const
    const union = (...selects: readonly SqlSelect[]) => ({ ...scan, where: [], from: { kind: 'union', selects } as const })
    expect(() => checkSelect(union({ ...scan, where: [tenant] }, { ...costs, where: [tenant] }), { tenantId })).not.toThrow()
    expect(() => checkSelect(union({ ...scan, where: [tenant] }, { ...costs, where: [] }), { tenantId })).toThrow(UnsafeStatement)
    expect(() => checkSelect(union({ ...scan, where: [] }, { ...costs, where: [tenant] }), { tenantId })).toThrow(UnsafeStatement)
  })

  test('has an unguarded scan within an expression, wherever it stands', () => {
    const within = (where: readonly SqlExpression[]): SqlExpression => ({
      kind: 'inSelect',
      value: stored('user_id'),
      select: { ...scan, columns: [{ expression: stored('user_id'), as: null }], where },
    })
    const whole = { ...scan, where: [tenant] }
    const places = (each: SqlExpression): readonly SqlSelect[] => [
      { ...whole, where: [tenant, { kind: 'negated', of: { kind: 'some', of: [each] } }] },
      { ...whole, columns: [{ expression: call('countIf', call('toString', each)), as: 'm1' }] },
      { ...whole, unfolds: [{ expression: { kind: 'lambda', parameters: ['x'], body: each }, as: 'u' }] },
      { ...whole, groupBy: [binary('=', param('String', ''), each)] },
      { ...whole, having: [{ kind: 'every', of: [each] }] },
      { ...whole, orderBy: [{ expression: { kind: 'mapValue', map: stored('properties'), key: each }, direction: 'ASC', nullsLast: false }] },
      { ...whole, where: [tenant, { kind: 'inSelect', value: each, select: whole }] },
      {
        ...whole,
        having: [{ kind: 'over', call: call('count'), partitionBy: [each], orderBy: [{ expression: stored('user_id'), direction: 'DESC', nullsLast: false }] }],
      },
      { ...whole, where: [tenant, { kind: 'inSelect', value: stored('user_id'), select: { ...whole, having: [each] } }] },
    ]
    for (const select of places(within([tenant]))) expect(() => checkSelect(select, { tenantId })).not.toThrow()
    for (const select of places(within([]))) expect(() => checkSelect(select, { tenantId })).toThrow(UnsafeStatement)
  })

  test('has an unguarded scan on either side of a join', () => {
    const guarded = { kind: 'select', select: { ...scan, where: [tenant] }, as: 'a' } as const
    const open = { kind: 'select', select: { ...scan, where: [] }, as: 'e' } as const
    const join = (left: typeof guarded | typeof open, right: typeof guarded | typeof open) => ({
      ...scan,
      where: [],
      from: { kind: 'join', left, right, on: tenant } as const,
    })
    expect(() => checkSelect(join(guarded, guarded), { tenantId })).not.toThrow()
    expect(() => checkSelect(join(guarded, open), { tenantId })).toThrow(UnsafeStatement)
    expect(() => checkSelect(join(open, guarded), { tenantId })).toThrow(UnsafeStatement)
  })
})
