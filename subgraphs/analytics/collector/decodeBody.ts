import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { RequestError } from './requestError.ts'

const gunzipAsync = promisify(gunzip)

/** Names of media types whose events stand one a line. */
const LINE_TYPES: ReadonlySet<string> = new Set([
  'application/x-ndjson',
  'application/ndjson',
  'application/jsonl',
  'application/x-jsonlines',
  'application/json-lines',
])
const OTHER_TYPES: ReadonlySet<string> = new Set(['', 'application/json', 'text/json', 'text/plain', 'application/octet-stream'])

export type BodyForm = { readonly isLines: boolean; readonly isGzip: boolean }

/** How the headers say the body is written; throws a RequestError of status 415 for what cannot be read. */
export function readBodyForm(headers: { readonly 'content-type'?: string | undefined; readonly 'content-encoding'?: string | undefined }): BodyForm {
  const [type = ''] = (headers['content-type'] ?? '').split(';')
  const name = type.trim().toLowerCase()
  const isLines = LINE_TYPES.has(name)
  if (!isLines && !OTHER_TYPES.has(name))
    throw new RequestError(415, 'UNSUPPORTED_MEDIA_TYPE', 'Send application/json (an array) or application/x-ndjson (one event a line).')
  const encoding = (headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  if (encoding !== 'identity' && encoding !== 'gzip' && encoding !== 'x-gzip')
    throw new RequestError(415, 'UNSUPPORTED_ENCODING', 'Send the body as it is or with Content-Encoding: gzip.')
  return { isLines, isGzip: encoding !== 'identity' }
}

export const tooLarge = (maxBytes: number): RequestError =>
  new RequestError(413, 'BODY_TOO_LARGE', `The body has more than ${maxBytes} bytes; send the events in several requests.`)

/** The body as it was before compression; stops as soon as it passes the limit. */
export async function unzip(body: Buffer, maxBytes: number): Promise<Buffer> {
  try {
    return await gunzipAsync(body, { maxOutputLength: maxBytes })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes)
    throw new RequestError(400, 'INVALID_GZIP', 'The body says it is gzip and cannot be unpacked.', { cause: error })
  }
}
