import { splitPipes } from './edit';
import { tokenize } from './tokens';

const maxTerms = 20;

/** Returns a pattern of the words and phrases that the query looks for in the message, or null when it looks for none. */
export function matchPattern(query: string): RegExp | null {
  const { filter } = splitPipes(query);
  const tokens = tokenize(filter).filter(({ kind }) => kind !== 'space' && kind !== 'comment');
  const terms: string[] = [];
  tokens.forEach(({ kind, from, to }, i) => {
    if (kind !== 'word' && kind !== 'string' && kind !== 'number') return;
    const before = tokens[i - 1];
    const beforeText = before ? filter.slice(before.from, before.to).toLowerCase() : '';
    if (before?.kind === 'negation' || before?.kind === 'operator' || beforeText === 'not') return;
    if (tokens[i + 1]?.kind === 'open') return; // a function's name
    const text = filter.slice(from, to);
    terms.push(
      kind === 'string' ? text.slice(1, text.endsWith(text[0] ?? '') ? -1 : undefined) : text,
    );
  });
  const patterns = terms
    .filter((term) => term !== '')
    .slice(0, maxTerms)
    .map((term) => term.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return patterns.length > 0 ? new RegExp(`(${patterns.join('|')})`, 'g') : null;
}
