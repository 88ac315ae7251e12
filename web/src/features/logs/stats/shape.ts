import { splitPipes } from '../query/edit';
import { unquote } from '../query/quote';
import { type Token, tokenize } from '../query/tokens';

/** What the pipes of a query say about the table that they make. */
export interface QueryShape {
  /** Fields whose values name the groups. */
  by: string[];
  /** Width of the time buckets in ms; null without them. */
  step: number | null;
  /** Column to the function that makes it: `n` to `count`. */
  functions: ReadonlyMap<string, string>;
}

const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
};

/** Reads a bucket width such as 5m, 1h30m or day, in ms; null when it has none that is always the same. */
export function bucketMillis(text: string): number | null {
  if (units[text]) return units[text];
  if (!/^(?:\d+(?:\.\d+)?(?:ms|[smhdw]))+$/.test(text)) return null;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhdw])/g)];
  return parts.reduce((sum, [, n, unit]) => sum + Number(n) * (units[unit ?? ''] ?? 0), 0) || null;
}

/** Reads how the last pipe that groups does it. What it cannot read is left out; the rows then speak for themselves. */
export function shapeOf(query: string): QueryShape {
  const { pipes } = splitPipes(query);
  const groups = lastGroups(pipes, tokenize(pipes));
  const by = groups.map((group) => unquote((/^(?:"[^"]*"|[^:\s])+/.exec(group)?.[0] ?? '').trim()));
  const time = groups.find((group) => group.startsWith('_time:'));
  const bucket = time?.slice('_time:'.length).trim().split(/\s/)[0] ?? '';
  return { by, step: bucketMillis(bucket), functions: functionsOf(pipes) };
}

/** Returns the texts between the commas of the last `by (...)`. */
function lastGroups(text: string, tokens: readonly Token[]): string[] {
  const word = ({ from, to }: Token) => text.slice(from, to).toLowerCase();
  let groups: string[] = [];
  tokens.forEach((token, i) => {
    if (word(token) !== 'by') return;
    const open = tokens.findIndex(({ kind }, at) => at > i && kind !== 'space');
    if (tokens[open]?.kind !== 'open') return;
    let depth = 0;
    let start = tokens[open].to;
    const found: string[] = [];
    for (const next of tokens.slice(open)) {
      if (next.kind === 'open') depth++;
      const ends = next.kind === 'close' && --depth === 0;
      if (ends || (depth === 1 && word(next) === ',')) {
        found.push(text.slice(start, next.from).trim());
        start = next.to;
      }
      if (ends) break;
    }
    const sorts = /^(?:sort|order)$/.test(word(tokens[i - 2] ?? token));
    if (!sorts) groups = found.filter((group) => group !== '');
  });
  return groups;
}

// A function with its arguments, its condition and limit, and the name that is given to its column.
const call =
  /\b(?!by\b|if\b)([a-z_]+)\s*\(([^()]*)\)(?:\s+if\s*\((?:[^()]|\([^()]*\))*\))?(?:\s+limit\s+\d+)?(?:\s+(?:as\s+)?("[^"]+"|[\w.@-]+))?/g;

function functionsOf(pipes: string): ReadonlyMap<string, string> {
  const functions = new Map<string, string>();
  for (const [, name = '', field = '', alias] of pipes.matchAll(call)) {
    functions.set(`${name}(${field.trim()})`, name);
    if (alias) functions.set(unquote(alias), name);
  }
  if (/\|\s*top\b/.test(pipes)) functions.set('hits', 'count');
  return functions;
}

const means = /^(?:avg|min|max|median|quantile)$/;

/** Reports whether values of a column may be added up: counts may, averages may not. */
export function isAdditive(shape: QueryShape, column: string): boolean {
  return !means.test(shape.functions.get(column) ?? column.split('(')[0] ?? '');
}
