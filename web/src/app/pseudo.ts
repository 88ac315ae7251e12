/** Puts ⟦ ⟧ around every text of a tree of texts, so that a text on the page without them was never given to a translator. */
export function marked(texts: unknown): unknown {
  if (typeof texts === 'string') return `⟦${texts}⟧`;
  if (typeof texts !== 'object' || texts === null) return texts;
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, marked(text)]));
}
