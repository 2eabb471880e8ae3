/** The address of the page as it is, which holds the whole question. */
export const addressOfPage = (): string => globalThis.location.href
