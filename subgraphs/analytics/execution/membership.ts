/** A group's text of a segment as rows show it; null where there is no group. */
export const membership = (text: string | null): boolean | null => (text === null ? null : text === '1')
