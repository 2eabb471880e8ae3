// What no linter knows of: house rules of STYLE.md that can be seen in the text of a file.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { projectRoot } from '#ops/config.ts'

type Rule = { readonly say: string; readonly pattern: RegExp; readonly only: (file: string) => boolean }

const isTest = (file: string) => /\.(test|e2e)\.ts$|\/testing\//.test(file)
const isSource = (file: string) => /^(db|gateway|ops|subgraphs|explorer)\/.*\.(ts|vue)$/.test(file)
const mayHaveSql = (file: string) => /^db\/|^subgraphs\/analytics\/compiler\/(sql|cases)\/|^ops\/(bench|checks)\//.test(file) || isTest(file)

const rules: readonly Rule[] = [
  {
    say: 'only ops/config.ts reads process.env',
    pattern: /process\.env\b/,
    only: (file) => isSource(file) && !['ops/config.ts', 'ops/checks/tidy.ts', 'ops/e2e/system.ts'].includes(file),
  },
  {
    say: 'SQL text belongs to db/ and subgraphs/analytics/compiler/sql',
    pattern: /[`'"]\s*(SELECT\s.+\sFROM|INSERT INTO|UPDATE\s.+\sSET|DELETE FROM)\s/,
    only: (file) => isSource(file) && !mayHaveSql(file),
  },
  { say: 'no test is skipped, alone, or left to do', pattern: /\b(it|describe)\.(only|todo|fixme|skip)\(|\btest\.(only|todo)\(/, only: isTest },
  { say: 'no module of ours is mocked', pattern: /vi\.(mock|doMock)\(/, only: isTest },
  { say: 'no sleeping in tests: wait for the thing', pattern: /setTimeout\([^,]*resolve|\bsleep\(/, only: isTest },
  {
    say: 'no sleeping in tests: wait for the thing',
    pattern: /\bawait (wait|delay|sleep|setTimeout)\(\d/,
    only: (file) => /\.(test|e2e|suite)\.ts$/.test(file),
  },
  { say: 'no notes for later in the code', pattern: /\/\/ *(TODO|FIXME|XXX|HACK)\b/, only: (file) => isSource(file) && file !== 'ops/checks/tidy.ts' },
  { say: 'no type check is switched off', pattern: /@ts-(ignore|nocheck|expect-error)/, only: (file) => isSource(file) && file !== 'ops/checks/tidy.ts' },
]
const bannedNames = /^(utils?|helpers?|manager|misc|common|data)\.(ts|vue)$/i

/** null when all is tidy, else a line for each place. */
export function tidy(): string | null {
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: projectRoot, encoding: 'utf8' })
    .split('\n')
    .filter((file) => isSource(file) && existsSync(join(projectRoot, file)))
  const found: string[] = []
  for (const file of files) {
    if (bannedNames.test(basename(file))) found.push(`${file}: a name that says nothing; name it after what it exports`)
    const lines = readFileSync(join(projectRoot, file), 'utf8').split('\n')
    for (const rule of rules.filter((each) => each.only(file))) {
      for (const [index, line] of lines.entries()) if (rule.pattern.test(line)) found.push(`${file}:${index + 1}: ${rule.say}`)
    }
  }
  return found.length === 0 ? null : found.join('\n')
}
