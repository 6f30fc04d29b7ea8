/** A fenced code block, with every line of the document before it blank: positions in it are positions in the document. */
export interface Block {
  readonly line: number
  readonly code: string
}

/** The blocks of a Markdown document in that language. The language is the whole info string: all of them are checked. */
export function blocks(markdown: string, language: string): Block[] {
  const found: Block[] = []
  let open: { indent: string; fence: string; language: string; line: number; code: string[] } | undefined
  for (const [index, text] of markdown.split('\n').entries()) {
    const [, indent = '', fence, info = ''] = /^(\s*)(`{3,})([^`]*)$/.exec(text) ?? []
    if (!open) {
      if (fence) open = { indent, fence, language: info.trim(), line: index + 1, code: [] }
    } else if (fence && fence.length >= open.fence.length && info.trim() === '') {
      if (open.language === language)
        found.push({ line: open.line, code: '\n'.repeat(open.line) + open.code.join('\n') })
      open = undefined
    } else {
      // Blocks in a list are indented as a whole.
      open.code.push(text.startsWith(open.indent) ? text.slice(open.indent.length) : text)
    }
  }
  if (open) throw new Error(`Expected the code block at line ${open.line} to end`)
  return found
}
