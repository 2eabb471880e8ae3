import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { curlLine, exampleEvents, importLine, questionLine, quoteWord } from './commandLines.ts'

/** What a shell makes of the words of a line, one a row. */
const wordsOf = (line: string) =>
  execFileSync('sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1)

describe('a line for a terminal', () => {
  it('is one word for the shell whatever is in it', () => {
    for (const text of ['plain', "it's", 'a b', '$HOME `id` "x" \\', "''", '', 'ü\n*']) expect(wordsOf(quoteWord(text))).toEqual([text])
  })

  it('sends the events as they are to the collector, with the key', () => {
    const events = exampleEvents({ id: 'e-1', at: new Date('2026-03-01T12:00:00Z'), app: "o'shop", currency: 'USD', campaign: 'c-1' })
    const words = wordsOf(curlLine({ collectorUrl: 'http://127.0.0.1:4005', key: 'umg_ingest_x', events }))
    expect(words.slice(0, 3)).toEqual(['curl', '-sS', 'http://127.0.0.1:4005/v1/events'])
    expect(words).toContain('Authorization: Bearer umg_ingest_x')
    expect(JSON.parse(words.at(-1) ?? '')).toEqual(events)
    expect(events).toMatchObject([{ event: 'click', touch: { campaign: 'c-1' } }, { event: 'purchase' }])
  })

  it('shows a purchase alone where there is no campaign', () => {
    expect(exampleEvents({ id: 'e-1', at: new Date(), app: 'shop', currency: 'USD', campaign: null })).toMatchObject([{ eventId: 'e-1-purchase' }])
  })

  it('says what has to be put in where the key or the address is not known', () => {
    const line = curlLine({ collectorUrl: null, key: null, events: [] })
    expect(line).toContain('https://YOUR_COLLECTOR/v1/events')
    expect(line).toContain('Bearer YOUR_INGEST_KEY')
  })

  it('imports a file of the tenant and app', () => {
    const words = wordsOf(importLine({ collectorUrl: 'http://c', key: 'k', tenant: 'acme', app: 'my shop' }))
    expect(words).toEqual([
      'npm',
      'run',
      'import',
      '--',
      '--tenant',
      'acme',
      '--app',
      'my shop',
      '--collector',
      'http://c',
      '--key',
      'k',
      '--map',
      'events.map.json',
      'events.csv',
    ])
  })

  it('asks a question as it was sent, in one line of JSON', () => {
    const text = 'query Q($input: I!) {\n  metrics(input: $input) {\n    property(name: "it\'s  \\n here")\n  }\n}\n'
    const variables = { input: { where: { country: { in: ["Côte d'Ivoire"] } } } }
    const words = wordsOf(questionLine({ origin: 'http://127.0.0.1:8000', text, variables }))
    expect([words[0], words[2], words.includes('Authorization: Bearer YOUR_API_KEY')]).toEqual(['curl', 'http://127.0.0.1:8000/graphql', true])
    expect(JSON.parse(words.at(-1) ?? '')).toEqual({
      query: 'query Q($input: I!) { metrics(input: $input) { property(name: "it\'s  \\n here") } }',
      variables,
    })
  })
})
