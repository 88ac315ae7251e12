/**
 * Says how well a text matches what was typed; the higher, the better, and null when it does not. Each typed word must be in the
 * text: best at its beginning, then at the beginning of a word, then anywhere, last as letters in that order.
 */
export function match(text: string, typed: string): number | null {
  const known = text.toLowerCase();
  let sum = 0;
  for (const word of typed.toLowerCase().split(/\s+/).filter(Boolean)) {
    const score = matchWord(known, word);
    if (score === 0) return null;
    sum += score;
  }
  // Of two that match alike the shorter one is meant.
  return sum - known.length / 1000;
}

function matchWord(text: string, word: string): number {
  const at = text.indexOf(word);
  if (at === 0) return 4;
  if (at > 0) return /[\p{L}\p{N}]/u.test(text[at - 1] ?? '') ? 2 : 3;
  return inOrder(text, word) ? 1 : 0;
}

function inOrder(text: string, letters: string): boolean {
  let from = 0;
  for (const letter of letters) {
    const at = text.indexOf(letter, from);
    if (at < 0) return false;
    from = at + 1;
  }
  return true;
}

/** Returns the things that match, best first, at most so many; all in their order when nothing is typed. */
export function bestMatches<T extends { text: string }>(
  things: readonly T[],
  typed: string,
  most: number,
): T[] {
  return things
    .map((thing, i) => ({ thing, i, score: match(thing.text, typed) }))
    .filter((one) => one.score !== null)
    .sort((a, b) => (typed.trim() && (b.score ?? 0) - (a.score ?? 0)) || a.i - b.i)
    .slice(0, most)
    .map(({ thing }) => thing);
}
