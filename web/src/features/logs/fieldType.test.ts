import { describe, expect, it } from 'vitest';
import { prettyJson, valueType } from './fieldType';

describe('values of an opened row', () => {
  it('tells their types', () => {
    expect(valueType('12.5')).toBe('number');
    expect(valueType('12ms')).toBe('duration');
    expect(valueType('10.0.0.1')).toBe('address');
    expect(valueType('true')).toBe('boolean');
    expect(valueType('{"a":1}')).toBe('json');
    expect(valueType('{a}')).toBe('text');
  });

  it('writes JSON over several lines and keeps what it says', () => {
    const json = '{"id":12345678901234567890,"s":"a,{b}: \\"c","e":[ ],"l":[1,{"x":null}]}';
    const pretty = prettyJson(json) ?? '';
    expect(pretty.split('\n').slice(0, 4)).toEqual([
      '{',
      '  "id": 12345678901234567890,',
      '  "s": "a,{b}: \\"c",',
      '  "e": [],',
    ]);
    expect(JSON.parse(pretty)).toEqual(JSON.parse(json));
    expect(prettyJson('"text"')).toBeNull();
  });
});
