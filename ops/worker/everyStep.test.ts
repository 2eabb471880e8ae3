import { expect, it } from 'vitest'
import { everyStep } from './everyStep.ts'

it('a step that throws keeps none of the others from being run, and what was thrown is thrown at the end', async () => {
  const done: string[] = []
  const failing = (name: string) => () => {
    done.push(name)
    return Promise.reject(new Error(`${name} failed`))
  }
  const right = async () => void done.push('right')
  await expect(everyStep([failing('first'), right])).rejects.toThrow(/^first failed$/)
  await expect(everyStep([failing('first'), right, failing('last')])).rejects.toThrow('2 steps failed: Error: first failed; Error: last failed')
  expect(done).toEqual(['first', 'right', 'first', 'right', 'last'])
  await everyStep([right])
})
