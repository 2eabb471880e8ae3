/** What stands in the place of a key whose text is not known. */
export const keyPlace = 'YOUR_INGEST_KEY'
/** What stands in the place of an address that is not known. */
export const collectorPlace = 'https://YOUR_COLLECTOR'

/** One word for a shell of POSIX: within single quotes only the single quote means something. */
export const quoteWord = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`)

const lineCharacters = 72

export type SendLine = {
  readonly collectorUrl: string | null
  /** The text of the key; null when it is not known. */
  readonly key: string | null
  readonly events: readonly object[]
}

/** Sends events to the collector; ready to be pasted into a terminal. */
export function curlLine({ collectorUrl, key, events }: SendLine): string {
  return [
    `curl -sS ${quoteWord(`${collectorUrl ?? collectorPlace}/v1/events`)}`,
    `  -H ${quoteWord(`Authorization: Bearer ${key ?? keyPlace}`)}`,
    `  -H 'Content-Type: application/json'`,
    `  -d ${quoteWord(`[${events.map(printEvent).join(',\n')}]`)}`,
  ].join(' \\\n')
}

/** JSON of one event, its members in lines that are not too long. */
function printEvent(event: object): string {
  const members = Object.entries(event).map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`)
  const lines: string[] = []
  for (const member of members) {
    const last = lines.at(-1)
    if (last === undefined || last.length + member.length > lineCharacters) lines.push(member)
    else lines[lines.length - 1] = `${last}, ${member}`
  }
  return `{${lines.join(',\n  ')}}`
}

/** What stands in the place of a key that reads. */
export const apiKeyPlace = 'YOUR_API_KEY'

/** Asks a question of the API; ready to be pasted into a terminal. `origin` is that of the page, which answers under /graphql. */
export function questionLine({ origin, text, variables }: { readonly origin: string; readonly text: string; readonly variables: object }): string {
  // Names are written without line ends of their own, so that every one stands between words.
  const query = text.trim().replaceAll(/\n\s*/g, ' ')
  return [
    `curl -sS ${quoteWord(`${origin}/graphql`)}`,
    `  -H ${quoteWord(`Authorization: Bearer ${apiKeyPlace}`)}`,
    `  -H 'Content-Type: application/json'`,
    `  -d ${quoteWord(JSON.stringify({ query, variables }))}`,
  ].join(' \\\n')
}

export type ImportLine = { readonly collectorUrl: string | null; readonly key: string | null; readonly tenant: string; readonly app: string }

/** Sends a file of historical events by the import tool. */
export function importLine({ collectorUrl, key, tenant, app }: ImportLine): string {
  return [
    'npm run import --',
    `  --tenant ${quoteWord(tenant)} --app ${quoteWord(app)}`,
    `  --collector ${quoteWord(collectorUrl ?? collectorPlace)}`,
    `  --key ${quoteWord(key ?? keyPlace)}`,
    '  --map events.map.json events.csv',
  ].join(' \\\n')
}

export type Example = {
  /** Both events' ids begin with it. */
  readonly id: string
  /** When both happened. */
  readonly at: Date
  readonly app: string
  readonly currency: string
  /** The id of the campaign that was clicked; null for a purchase without a click. */
  readonly campaign: string | null
}

/** A click on an advertisement and the purchase that follows it, which is credited to the campaign. */
export function exampleEvents({ id, at, app, currency, campaign }: Example): readonly object[] {
  const said = { occurredAt: at.toISOString(), userId: 'customer-7', app, platform: 'ios', country: 'DE' }
  const click = { eventId: `${id}-click`, event: 'click', ...said, touch: { kind: 'click', campaign } }
  const purchase = { eventId: `${id}-purchase`, event: 'purchase', ...said, revenue: { amount: '19.99', currency } }
  return campaign === null ? [purchase] : [click, purchase]
}

/** The columns of a CSV file with a head: user, time, amount. */
export const exampleMap = JSON.stringify(
  {
    format: 'csv',
    separator: ',',
    header: true,
    columns: { userId: 'customer', occurredAt: 'ordered_at', revenue: 'amount' },
    constants: { event: 'purchase', currency: 'USD' },
  },
  null,
  2,
)
