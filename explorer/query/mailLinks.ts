/** The addresses in the text of a mail, each once, without the mark that ends their sentence. */
export function mailLinks(text: string): readonly string[] {
  const found = text.match(/https?:\/\/[^\s<>"]+/g) ?? []
  return [...new Set(found.map((each) => each.replace(/[.,;:!?)]+$/, '')))].filter((each) => URL.canParse(each))
}

/** A mail's page as it may be shown inside of ours: what is clicked opens beside it, and no address says where it was clicked. */
export function shownMail(html: string): string {
  const head = '<base target="_blank"><meta name="referrer" content="no-referrer">'
  return /<head[^>]*>/i.test(html) ? html.replace(/<head[^>]*>/i, (tag) => tag + head) : head + html
}
