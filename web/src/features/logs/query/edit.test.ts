import { describe, expect, it } from 'vitest';
import { exactTerm, filterOf, hasTerm, indexOfByte, splitPipes, withTerm } from './edit';
import { tokenize } from './tokens';

const kinds = (text: string) =>
  tokenize(text)
    .filter(({ kind }) => kind !== 'space')
    .map(({ kind, from, to }) => `${kind} ${text.slice(from, to)}`);

describe('tokens', () => {
  it('tells fields, negation, strings and pipes apart', () => {
    expect(kinds('{env="prod"} -"/healthz" host:pay-* | stats by (host) count() n')).toEqual([
      'open {',
      'field env',
      'operator =',
      'string "prod"',
      'close }',
      'negation -',
      'string "/healthz"',
      'field host',
      'operator :',
      'word pay-',
      'operator *',
      'pipe |',
      'keyword stats',
      'keyword by',
      'open (',
      'field host',
      'close )',
      'function count',
      'open (',
      'close )',
      'field n',
    ]);
  });

  it('covers every text without a gap, also an unfinished one', () => {
    for (const text of ['"open', 'a:"b\\', "x:'", '}})|', 'a:>5KB 승인 # note', '--!a', '`', '']) {
      const tokens = tokenize(text);
      expect(tokens.map(({ from, to }) => text.slice(from, to)).join('')).toBe(text);
    }
  });
});

describe('pipes', () => {
  it('does not take a | inside a string, a regexp or parentheses for a pipe', () => {
    expect(splitPipes('~"a|b" x:in(a | fields b) | limit 5')).toEqual({
      filter: '~"a|b" x:in(a | fields b)',
      pipes: '| limit 5',
    });
    expect(filterOf('| count()')).toBe('*');
  });
});

describe('only this, not this', () => {
  it('adds to the filter and before the pipes', () => {
    expect(withTerm('', 'host.name', 'web-1', 'only')).toBe('host.name:="web-1"');
    expect(withTerm('*', 'status', '502', 'not')).toBe('-status:=502');
    expect(withTerm('error | limit 5', 'a', 'b', 'only')).toBe('error a:="b" | limit 5');
  });

  it('takes away what is there already and leaves a valid query', () => {
    const term = 'host.name:="web-1"';
    expect(withTerm(`error ${term}`, 'host.name', 'web-1', 'only')).toBe('error');
    expect(withTerm(term, 'host.name', 'web-1', 'only')).toBe('');
    expect(withTerm(`${term} | limit 1`, 'host.name', 'web-1', 'only')).toBe('* | limit 1');
  });

  it('replaces the opposite and another value of the same field', () => {
    expect(withTerm('-a:="b"', 'a', 'b', 'only')).toBe('a:="b"');
    expect(withTerm('a:="b" x', 'a', 'b', 'not')).toBe('x -a:="b"');
    expect(withTerm('a:="b" x', 'a', 'c', 'only')).toBe('x a:="c"');
    expect(withTerm('-a:="b"', 'a', 'c', 'not')).toBe('-a:="b" -a:="c"');
  });

  it('puts alternatives in parentheses, else the new filter would bind to the last only', () => {
    expect(withTerm('error or warn', 'a', 'b', 'only')).toBe('(error or warn) a:="b"');
    expect(withTerm('(error or warn) x', 'a', 'b', 'only')).toBe('(error or warn) x a:="b"');
    expect(withTerm('"this or that"', 'a', 'b', 'only')).toBe('"this or that" a:="b"');
  });

  it('keeps terms with spaces together', () => {
    expect(withTerm('not a and size: > 3 _time:5m offset 1h', 'a', 'b', 'not')).toBe(
      'not a size: > 3 _time:5m offset 1h -a:="b"',
    );
  });

  it('quotes what the language would read as something else', () => {
    expect(exactTerm('a b', 'x"y\\')).toBe('"a b":="x\\"y\\\\"');
    expect(exactTerm('not', '')).toBe('"not":""');
    expect(hasTerm('x a:="b c" y', exactTerm('a', 'b c'))).toBe(true);
    expect(hasTerm('x:"a:=b"', 'a:=b')).toBe(false);
  });
});

describe('positions', () => {
  it('counts bytes as the server does', () => {
    const query = '승인 host:a 😀 b';
    const bytes = new TextEncoder().encode(query);
    for (const part of ['host', 'b']) {
      const index = query.indexOf(part);
      const offset = new TextEncoder().encode(query.slice(0, index)).length;
      expect(indexOfByte(query, offset)).toBe(index);
    }
    expect(indexOfByte(query, bytes.length + 5)).toBe(query.length);
  });
});
