import { describe, expect, it } from 'vitest';
import { parseFacetChoice, withChoice } from './facetChoice';
import { rangeOf, roundStep, withRange } from './facetRange';
import { arrange, isNumeric } from './facets';

describe('range of a field', () => {
  it('is written, replaced, read and taken away', () => {
    const one = withRange('error | limit 5', 'took', { least: 10, most: 20.5 });
    expect(one).toBe('error took:range[10, 20.5] | limit 5');
    const other = withRange(one, 'took', { least: -1, most: 2 });
    expect(other).toBe('error took:range[-1, 2] | limit 5');
    expect(rangeOf(other, 'took')).toEqual({ least: -1, most: 2 });
    expect(rangeOf(other, 'size')).toBeNull();
    expect(withRange(other, 'took', null)).toBe('error | limit 5');
    expect(withRange(withRange('', 'took', { least: 1, most: 2 }), 'took', null)).toBe('');
  });

  it('keeps alternatives together', () => {
    expect(withRange('a or b', 'x', { least: 1, most: 2 })).toBe('(a or b) x:range[1, 2]');
  });

  it('is cut into round parts', () => {
    expect(roundStep({ least: 0, most: 900 })).toBe(50);
    expect(roundStep({ least: 0, most: 1 })).toBe(0.05);
    expect(roundStep({ least: 7, most: 7 })).toBe(1);
  });
});

describe('facets', () => {
  const group = (field: string, ...values: string[]) => ({
    field,
    values: values.map((value) => ({ value, hits: 1 })),
    all: values.length,
    covered: 1,
  });

  it('takes many different numbers for a range, but not a few codes', () => {
    const numbers = Array.from({ length: 12 }, (_, i) => String(i * 7));
    expect(isNumeric(numbers)).toBe(true);
    expect(isNumeric(['200', '404', '500'])).toBe(false);
    expect(isNumeric([...numbers, 'n/a'])).toBe(false);
  });

  it('puts pinned fields first, leaves hidden ones out, and finds by name', () => {
    const groups = [group('host.name', 'a'), group('status', '200'), group('version', '1')];
    const choice = { pinned: ['version'], hidden: ['status'] };
    const names = [
      { value: 'user', hits: 9 },
      { value: 'status', hits: 5 },
      { value: '_msg', hits: 9 },
    ];
    const all = arrange(groups, names, choice, '');
    expect(all.groups.map(({ field }) => field)).toEqual(['version', 'host.name']);
    expect(all.others.map(({ value }) => value)).toEqual(['user']);
    expect(all.hidden).toEqual(['status']);
    const found = arrange(groups, names, choice, 'US');
    expect(found.groups).toEqual([]);
    expect(found.others.map(({ value }) => value)).toEqual(['user']);
  });

  it('keeps what was pinned and hidden, whatever was stored', () => {
    const pinned = withChoice(parseFacetChoice('{"pinned":["a",1],"hidden":"x"}'), 'pinned', 'b');
    expect(pinned).toEqual({ pinned: ['a', 'b'], hidden: [] });
    const hidden = withChoice(pinned, 'hidden', 'a');
    expect(hidden).toEqual({ pinned: ['b'], hidden: ['a'] });
    expect(withChoice(hidden, 'hidden', 'a').hidden).toEqual([]);
    expect(parseFacetChoice('not json')).toEqual({ pinned: [], hidden: [] });
  });
});
