import { describe, expect, it } from 'vitest';
import { placeAt, valueText } from './complete';

const at = (text: string) => placeAt(text, text.length);
const value = { kind: 'value', quoted: false, stream: false };
const none = { made: [], only: false };

describe('completion', () => {
  it('knows what stands at the caret of a filter', () => {
    expect(at('')).toEqual({ kind: 'filter', from: 0 });
    expect(at('error hos')).toEqual({ kind: 'filter', from: 6 });
    expect(at('host:')).toEqual({ ...value, field: 'host', from: 5, start: 5 });
    expect(at('x -host.name:=pay-')).toEqual({ ...value, field: 'host.name', from: 14, start: 14 });
    expect(at('{env="prod"} host:pa')).toEqual({ ...value, field: 'host', from: 18, start: 18 });
    expect(at('host:in(a, b')).toEqual({ ...value, field: 'host', from: 11, start: 11 });
  });

  it('completes quoted values from behind their quote', () => {
    expect(at('"odd:name":="pay-a')).toEqual({
      ...value,
      field: 'odd:name',
      from: 13,
      start: 12,
      quoted: true,
    });
    expect(at('host:="done"')).toBeNull();
    expect(at('"connection ref')).toBeNull();
  });

  it('knows stream selectors', () => {
    expect(at('{')).toEqual({ kind: 'label', from: 1 });
    expect(at('{app="a", ho')).toEqual({ kind: 'label', from: 10 });
    expect(at('{app=')).toEqual({ ...value, stream: true, field: 'app', from: 5, start: 5 });
    expect(at('{app="ng')).toMatchObject({ field: 'app', from: 6, start: 5, quoted: true });
  });

  it('knows pipes, their functions and the fields that they take', () => {
    expect(at('error | so')).toEqual({ kind: 'pipe', from: 8 });
    expect(at('error | ')).toEqual({ kind: 'pipe', from: 8 });
    expect(at('* | sort by (x')).toEqual({ kind: 'field', from: 13, ...none });
    expect(at('* | stats cou')).toEqual({ kind: 'stats', from: 10 });
    expect(at('* | stats by (a) count() n, av')).toEqual({ kind: 'stats', from: 28 });
    expect(at('* | stats by (a, b')).toEqual({ kind: 'field', from: 17, ...none });
    expect(at('* | fields a, ')).toEqual({ kind: 'field', from: 14, ...none });
    expect(at('* | stats by (_time:5')).toBeNull();
    expect(at('* | limit 1')).toBeNull();
    expect(at('* | stats count() as x | filter x:')).toMatchObject({ kind: 'value', field: 'x' });
  });

  it('knows the fields that the pipes before made', () => {
    expect(at('* | extract "u=<user> " | fields ')).toMatchObject({ made: ['user'], only: false });
    expect(at('* | extract_regexp "(?P<ip>\\\\d+)" | top 5 by (')).toMatchObject({ made: ['ip'] });
    expect(at('* | stats by (host) count() as n | sort by (')).toMatchObject({
      made: ['host', 'n'],
      only: true,
    });
  });

  it('looks only at what stands before the caret', () => {
    expect(placeAt('hos | limit 5', 3)).toEqual({ kind: 'filter', from: 0 });
    expect(at('a # a comment')).toBeNull();
  });

  it('quotes values that are not one bare word', () => {
    expect(valueText('pay-api-02')).toBe('pay-api-02');
    expect(valueText('-x')).toBe('"-x"');
    expect(valueText('a b')).toBe('"a b"');
    expect(valueText('or')).toBe('"or"');
  });
});
