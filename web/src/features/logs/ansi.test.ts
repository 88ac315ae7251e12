import { describe, expect, it } from 'vitest';
import { parseAnsi, plainText } from './ansi';

describe('ANSI sequences', () => {
  it('leaves plain text alone', () => {
    expect(parseAnsi('up [0m')).toEqual([{ text: 'up [0m' }]);
  });

  it('colours, stresses and resets', () => {
    expect(parseAnsi('\u001b[31mfail\u001b[0m at \u001b[1;4;92mdb\u001b[22m!')).toEqual([
      { text: 'fail', colour: 'red' },
      { text: ' at ' },
      { text: 'db', bold: true, underline: true, colour: 'green' },
      { text: '!', bold: undefined, dim: undefined, underline: true, colour: 'green' },
    ]);
  });

  it('does not mistake the arguments of other colours for codes', () => {
    expect(parseAnsi('\u001b[38;5;31;1mx')).toEqual([{ text: 'x', bold: true }]);
    expect(parseAnsi('\u001b[38;2;4;31;4;2mx')).toEqual([{ text: 'x', dim: true }]);
  });

  it('drops what moves the cursor, sets titles or is cut off', () => {
    expect(plainText('a\u001b[2Kb\u001b]0;title\u0007c\u001b[1')).toBe('abc');
    expect(plainText('end\u001b')).toBe('end');
  });
});
