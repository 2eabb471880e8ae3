// Why a mail was not taken, told apart by what to do next. What a server said is kept without addresses: it is logged.

/** There is nobody at this address, and there will not be: it gets no mail any more. */
export class AddressRefused extends Error {
  constructor(reason: string) {
    super(withoutAddresses(reason))
    this.name = 'AddressRefused'
  }
}

/** This mail will never be taken, and the address is not why: it is given up. */
export class MailRefused extends Error {
  constructor(reason: string) {
    super(withoutAddresses(reason))
    this.name = 'MailRefused'
  }
}

/** Not now. */
export class MailDelayed extends Error {
  /** What the server asked for; null when it did not say. */
  readonly retryAfterMs: number | null
  constructor(reason: string, retryAfterMs: number | null = null) {
    super(withoutAddresses(reason))
    this.name = 'MailDelayed'
    this.retryAfterMs = retryAfterMs
  }
}

const MAX_LENGTH = 300

const withoutAddresses = (text: string): string => text.replaceAll(/[^\s<>"'()]+@[^\s<>"'(),;]+/g, '(address)').slice(0, MAX_LENGTH)
