import { findAddresses, parseTarget, RefusedTarget, type TargetRules } from '#ops/security/outsideTarget.ts'
import { failure } from '#ops/service/errors.ts'

export const MAX_DESCRIPTION = 1_000

type Input = { readonly url?: string | null; readonly description?: string | null }
type BadField = { readonly field: string; readonly message: string }

/** Throws BAD_USER_INPUT with everything that is wrong. Where the URL leads is looked at again before each delivery. */
export async function checkInput({ url, description }: Input, rules: TargetRules): Promise<void> {
  const fields: BadField[] = []
  if (typeof url === 'string') {
    const message = await refusalOf(url, rules)
    if (message !== null) fields.push({ field: 'url', message })
  }
  if (description && (description.length > MAX_DESCRIPTION || description.includes('\0') || !description.isWellFormed()))
    fields.push({ field: 'description', message: `must be text of at most ${MAX_DESCRIPTION} characters` })
  if (fields.length === 0) return
  throw failure('BAD_USER_INPUT', { message: fields.map(({ field, message }) => `${field}: ${message}`).join(' ') }, { fields })
}

async function refusalOf(text: string, rules: TargetRules): Promise<string | null> {
  try {
    const url = parseTarget(text)
    if (url.protocol !== 'https:' && rules.allowedNetworks.length === 0) return 'It must begin with https://.'
    await findAddresses(url, rules)
    return null
  } catch (error) {
    // A resolver that is away says nothing about the URL, and each delivery asks again.
    return error instanceof RefusedTarget ? error.message : null
  }
}
