import { describe, expect, it } from 'vitest';
import { placeAt, valueText } from './complete';

const at = (text: string) => placeAt(text, text.length);

describe('completion', () => {
  it('knows what stands at the caret', () => {
    expect(at('')).toEqual({ kind: 'field', from: 0 });
    expect(at('error hos')).toEqual({ kind: 'field', from: 6 });
    expect(at('host:')).toEqual({ kind: 'value', field: 'host', from: 5 });
    expect(at('x -host.name:=pay-')).toEqual({ kind: 'value', field: 'host.name', from: 14 });
    expect(at('{env="prod"} host:pa')).toEqual({ kind: 'value', field: 'host', from: 18 });
    expect(at('error | so')).toEqual({ kind: 'pipe', from: 8 });
    expect(at('error | ')).toEqual({ kind: 'pipe', from: 8 });
  });

  it('offers nothing inside a string or behind a pipe’s name', () => {
    expect(at('"connection ref')).toBeNull();
    expect(at('* | sort by (x')).toBeNull();
  });

  it('looks only at what stands before the caret', () => {
    expect(placeAt('hos | limit 5', 3)).toEqual({ kind: 'field', from: 0 });
  });

  it('quotes values that are not one bare word', () => {
    expect(valueText('pay-api-02')).toBe('pay-api-02');
    expect(valueText('-x')).toBe('"-x"');
    expect(valueText('a b')).toBe('"a b"');
    expect(valueText('or')).toBe('"or"');
  });
});
