import { splitPipes } from '../query/edit';
import { unquote } from '../query/quote';
import { type Token, tokenize } from '../query/tokens';
import { type Built, extractNames, extracts, type Measure, measures, nothing } from './model';
import { readFilter } from './readFilter';

/** Reads a query as the builder shows it; null when it has pipes that the builder cannot show. */
export function readQuery(query: string): Built | null {
  const { filter, pipes } = splitPipes(query);
  if (tokenize(query).some(({ kind }) => kind === 'comment')) return null;
  let built: Built = { ...nothing, groups: readFilter(filter) };
  for (const pipe of eachPipe(pipes)) {
    const next = readPipe(new Reader(pipe), built);
    if (!next) return null;
    built = next;
  }
  return built;
}

/** Yields the texts between the pipes. */
function eachPipe(pipes: string): string[] {
  const texts: string[] = [];
  let rest = pipes;
  while (rest !== '') {
    const { filter, pipes: next } = splitPipes(rest.slice(1));
    texts.push(filter);
    rest = next;
  }
  return texts;
}

/** Reads words one by one. */
class Reader {
  private readonly tokens: Token[];
  private at = 0;

  constructor(private readonly text: string) {
    // The language's words are told apart behind a pipe only.
    this.text = `|${text}`;
    this.tokens = tokenize(this.text)
      .slice(1)
      .filter(({ kind }) => kind !== 'space');
  }

  get ended(): boolean {
    return this.at >= this.tokens.length;
  }

  /** The next word without going on. */
  peek(): string {
    const token = this.tokens[this.at];
    return token ? this.text.slice(token.from, token.to) : '';
  }

  next(): string {
    const word = this.peek();
    this.at++;
    return word;
  }

  /** Goes on when the next word is this one. */
  take(word: string): boolean {
    if (this.peek().toLowerCase() !== word) return false;
    this.at++;
    return true;
  }

  /** Reads "(a, b)"; null when it is none. */
  list(): string[] | null {
    if (!this.take('(')) return null;
    const items: string[] = [];
    let item = '';
    while (!this.ended) {
      const word = this.next();
      if (word === ')' || word === ',') {
        if (item) items.push(item);
        item = '';
        if (word === ')') return items;
      } else if (item === '' || word === ':' || item.endsWith(':')) item += word;
      else item += ` ${word}`;
    }
    return null;
  }
}

function readPipe(reader: Reader, built: Built): Built | null {
  // An order and a limit stand at the end.
  const late = built.limit > 0 || built.sort.field !== '';
  switch (reader.next().toLowerCase()) {
    case 'extract_regexp':
      return built.summary || late ? null : readExtract(reader, built);
    case 'stats':
      return built.summary || late ? null : readStats(reader, built);
    case 'top':
      return built.summary || late ? null : readTop(reader, built);
    case 'sort':
      return late ? null : readSort(reader, built);
    case 'limit':
      return built.limit > 0 ? null : readLimit(reader, built);
    default:
      return null;
  }
}

function readExtract(reader: Reader, built: Built): Built | null {
  const pattern = unquote(reader.next());
  const name = extractNames.find((known) => extracts[known] === pattern);
  if (!name || !reader.ended) return null;
  return { ...built, extracts: [...built.extracts, name] };
}

function readStats(reader: Reader, built: Built): Built | null {
  const groups = reader.take('by') ? reader.list() : [];
  if (!groups) return null;
  const steps = groups.filter((group) => group.startsWith('_time:'));
  const by = groups.filter((group) => !group.startsWith('_time:'));
  if (steps.length > 1 || by.some((group) => /[:\s]/.test(group) && !/^["']/.test(group)))
    return null;
  const called = reader.next().toLowerCase();
  const taken = reader.list();
  if (!taken) return null;
  const quantile = called === 'quantile' && taken[0] === '0.95';
  const measure: Measure | undefined = quantile
    ? 'p95'
    : measures.find((known) => known === called);
  const fields = (quantile ? taken.slice(1) : taken).map(unquote);
  if (!measure || called === 'p95' || fields.length !== (measure === 'count' ? 0 : 1)) return null;
  reader.take('as');
  const name = unquote(reader.next());
  if (name === '' || !reader.ended) return null;
  return {
    ...built,
    summary: {
      by: by.map(unquote),
      step: steps[0]?.slice('_time:'.length) ?? '',
      measure,
      field: fields[0] ?? '',
      name,
    },
  };
}

function readTop(reader: Reader, built: Built): Built | null {
  const limit = /^\d+$/.test(reader.peek()) ? Number(reader.next()) : 10;
  const by = reader.take('by') ? reader.list() : null;
  if (!by || by.length === 0 || !reader.ended || limit === 0) return null;
  return {
    ...built,
    summary: { by: by.map(unquote), step: '', measure: 'count', field: '', name: 'hits' },
    sort: { field: 'hits', order: 'desc' },
    limit,
  };
}

function readSort(reader: Reader, built: Built): Built | null {
  const by = reader.take('by') ? reader.list() : null;
  const found = /^(.*?)(?: (asc|desc))?$/s.exec(by?.length === 1 ? (by[0] ?? '') : '');
  if (!found?.[1] || !reader.ended) return null;
  return {
    ...built,
    sort: { field: unquote(found[1]), order: found[2] === 'desc' ? 'desc' : 'asc' },
  };
}

function readLimit(reader: Reader, built: Built): Built | null {
  const limit = /^\d+$/.test(reader.peek()) ? Number(reader.next()) : 0;
  return limit > 0 && reader.ended ? { ...built, limit } : null;
}
