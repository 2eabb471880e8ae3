const ID = /^[A-Za-z0-9-]{1,100}$/

/** The id as a file name, a header or a key may hold it. */
export function checkedId(id: string): string {
  if (!ID.test(id)) throw new Error('The id of a mail has letters, digits and - only.')
  return id
}

/** The Message-ID, at the sender's own domain: the same for the same mail, so that a server which is given it twice can tell. */
export const messageIdOf = (id: string, from: string): string => `<${checkedId(id)}@${/@([^\s<>@]+)>?\s*$/.exec(from)?.[1] ?? 'unmogrowp.localhost'}>`
