import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectRoot } from '#ops/config.ts'
import { WALLS } from './wallList.ts'

const MARK = /^ *\/\/ wall: ([a-z-]+)$/gm
const sourceOf = (file: string): string => readFileSync(join(projectRoot, file), 'utf8')

// The project may be a copy without a repository.
const files = execFileSync('find', ['db', 'gateway', 'ops', 'subgraphs', '-name', '*.ts', '-not', '-name', '*.test.ts'], { cwd: projectRoot, encoding: 'utf8' })
  .split('\n')
  .filter((file) => file !== '')

describe('the walls', () => {
  it('are marked in the source as the list has them, each once', () => {
    const marked = files.flatMap((file) => [...sourceOf(file).matchAll(MARK)].map(([, name]) => `${name} ${file}`))
    expect(marked.toSorted()).toEqual(WALLS.map(({ name, file }) => `${name} ${file}`).toSorted())
  })

  it.each(WALLS)(
    '$name stands once in its file as the list has it, behind its mark, and is noticed by tests that exist',
    ({ name, file, guard, open, behind, noticedBy, says }) => {
      const source = sourceOf(file)
      const [before, ...after] = source.split(guard)
      expect(after).toHaveLength(1)
      expect(before?.lastIndexOf(`// wall: ${name}\n`)).toBeGreaterThan((before?.length ?? 0) - 400)
      expect(open).not.toBe(guard)
      for (const each of behind) expect(WALLS.map((wall) => wall.name)).toContain(each)
      expect([noticedBy, existsSync(join(projectRoot, noticedBy))]).toEqual([noticedBy, true])
      for (const other of ['', 'Error: Test timed out in 30000ms.', 'TypeError: fetch failed', 'Error: connect ECONNREFUSED']) expect(other).not.toMatch(says)
    },
  )
})
