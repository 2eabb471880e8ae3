import { recordOf } from '../session/authRequest.ts'

/** What the gateway tells every page before anybody is logged in. */
export type ExplorerConfig = {
  /** Where events are sent to. */
  readonly collectorUrl: string | null
  /** Whether mails are kept in a folder and can be read here. */
  readonly hasOutbox: boolean
  /** What shows a captcha to whoever is asked for one; null where nobody is. */
  readonly captcha: { readonly siteKey: string; readonly scriptUrl: string } | null
}

let asked: Promise<ExplorerConfig> | null = null

/** Asked once; a question that failed is asked again by the next page that needs it. */
export function explorerConfig(): Promise<ExplorerConfig> {
  asked ??= ask().catch(() => {
    asked = null
    return { collectorUrl: null, hasOutbox: false, captcha: null }
  })
  return asked
}

async function ask(): Promise<ExplorerConfig> {
  const response = await fetch('/explorer-config.json')
  if (!response.ok) throw new Error(`The configuration was answered with ${response.status}.`)
  const body: unknown = await response.json()
  const { collectorUrl, hasOutbox, captcha } = recordOf(body)
  return { collectorUrl: typeof collectorUrl === 'string' ? collectorUrl : null, hasOutbox: hasOutbox === true, captcha: captchaOf(captcha) }
}

function captchaOf(value: unknown): ExplorerConfig['captcha'] {
  const { siteKey, scriptUrl } = recordOf(value)
  return typeof siteKey === 'string' && typeof scriptUrl === 'string' ? { siteKey, scriptUrl } : null
}
