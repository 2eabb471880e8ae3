/** Lets the browser save a text as a file. CSV begins with a mark that tells spreadsheets that it is UTF-8. */
export function saveFile(name: string, content: string): void {
  saveBlob(name, new Blob(['\uFEFF', content], { type: 'text/csv;charset=utf-8' }))
}

/** Lets the browser save bytes as they are. */
export function saveBlob(name: string, content: Blob): void {
  const url = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}
