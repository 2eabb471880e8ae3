import { promisify } from 'node:util'
import { zstdDecompress } from 'node:zlib'

const decompress = promisify(zstdDecompress)
// A copy is about 100,000 rows; a frame that becomes larger than this is broken.
const MAX_FRAME_BYTES = 1_000_000_000

/** The JSON lines in zstd frames, one after the other. */
export async function* contentLines(payloads: readonly Buffer[]): AsyncGenerator<string> {
  for (const payload of payloads) {
    const text = await decompress(payload, { maxOutputLength: MAX_FRAME_BYTES })
    for (const line of text.toString().split('\n')) if (line !== '') yield line
  }
}
