import { afterAll, describe, expect, it } from 'vitest'
import { storedEvent } from '../reference/world.ts'
import { askAnalytics } from '../testing/askAnalytics.ts'
import { hostileTexts } from './hostileTexts.ts'
import { openWorldStore } from './worldStore.ts'

const store = openWorldStore()
afterAll(() => store.close())

const STAND_IN = '00000000-0000-4000-8000-0000000000b1'
const MAX_CHARS = 6_000
/** What the collector takes: of those with NUL or half a letter there is no event. */
const texts = hostileTexts.filter((text) => !text.includes('\0') && text.isWellFormed() && text.length <= MAX_CHARS)
const now = new Date('2014-03-01T00:00:00Z')

describe('a text that would be something else', () => {
  it('is compared as it is: each finds the one event that holds it, wherever it is asked for', { timeout: 120_000 }, async () => {
    const world = texts.map((text, i) =>
      storedEvent({
        tenant_id: STAND_IN,
        user_id: `u${i}`,
        event: text.length <= 100 ? text : 'long',
        event_id: `e${i}`,
        campaign_id: text,
        properties: { text, [text.slice(0, 200)]: 'here' },
        at: Date.parse('2014-02-01T12:00:00Z'),
      }),
    )
    const [stored] = await store.insert([{ world, costs: [] }], [STAND_IN])
    const tenantId = stored?.tenantIds.get(STAND_IN) ?? ''
    expect(texts.length).toBeGreaterThan(30)
    for (const text of texts) {
      const filters = {
        eq: { property: { name: 'text', text: { eq: text } } },
        in: { campaign: { in: ['other', text] } },
        not: { not: { campaign: { notIn: [text, 'other'] } } },
        contains: { property: { name: 'text', text: { contains: text, eq: text } } },
        starts: { property: { name: 'text', text: { startsWith: text, eq: text } } },
        name: { property: { name: text.slice(0, 200), text: { eq: 'here' } } },
        event: { event: { eq: text.length <= 100 ? text : 'long' }, campaign: { eq: text } },
      }
      const names = Object.keys(filters)
      const asked = names.map((name) => `${name}: metrics(input: { range: $range, timeZone: "UTC", where: $${name} }) { totals { activeUsers } }`)
      const query = `query ($range: RangeInput!, ${names.map((name) => `$${name}: Filter`).join(', ')}) { ${asked.join(' ')} }`
      const variables = { range: { start: '2014-02-01T00:00:00Z', end: '2014-02-02T00:00:00Z' }, ...filters }
      const { data, errors } = await askAnalytics({ query, variables, tenantId, now })
      expect(errors?.map((error) => error.originalError ?? error)).toBeUndefined()
      expect({ text, answer: JSON.parse(JSON.stringify(data)) }).toEqual({
        text,
        answer: Object.fromEntries(names.map((name) => [name, { totals: { activeUsers: '1' } }])),
      })
    }
  })
})
