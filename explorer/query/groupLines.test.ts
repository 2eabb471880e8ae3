import { describe, expect, it } from 'vitest'
import { groupLine } from './groupLines.ts'

describe('how a group is begun', () => {
  it('is a line for the terminal, with TLS where the page has it', () => {
    expect(groupLine('https://growth.example')).toBe('node ops/examples/partner/follow.ts \\\n  wss://growth.example/graphql \\\n  YOUR_API_KEY warehouse')
    expect(groupLine('http://127.0.0.1:4000')).toContain('ws://127.0.0.1:4000/graphql')
  })
})
