import { describe, expect, it } from 'vitest';
import { foldTrace } from './stackTrace';

const frames = (n: number) => Array.from({ length: n }, (_, i) => `\tat a.B.c(B.java:${i})`);

describe('stack traces', () => {
  it('shows the first frames of each trace and counts the rest', () => {
    const message = ['Boom: x', ...frames(44), 'Caused by: y', ...frames(10)].join('\n');
    const parts = foldTrace(message);
    expect(parts.map(({ folded }) => folded)).toEqual([0, 41, 0, 7]);
    expect(parts[0]?.text).toBe(['Boom: x', ...frames(3)].join('\n'));
    expect(parts.map(({ text }) => text).join('\n')).toBe(message);
  });

  it('leaves short traces and other text of several lines whole', () => {
    const short = ['Boom', ...frames(5)].join('\n');
    expect(foldTrace(short)).toEqual([{ text: short, folded: 0 }]);
    expect(foldTrace('one\n\ntwo')).toEqual([{ text: 'one\n\ntwo', folded: 0 }]);
  });

  it('knows the frames of Python and Go', () => {
    const python = Array.from({ length: 4 }, (_, i) => `  File "a.py", line ${i}, in f\n    g()`);
    expect(foldTrace(`Traceback:\n${python.join('\n')}\nKeyError: 1`)[1]?.folded).toBe(5);
    const go = Array.from({ length: 4 }, (_, i) => `main.f(0x1)\n\t/src/main.go:${i} +0x1`);
    expect(foldTrace(`panic: x\n${go.join('\n')}`)[1]?.folded).toBe(5);
  });
});
