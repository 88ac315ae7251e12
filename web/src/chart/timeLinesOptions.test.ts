import { describe, expect, it } from 'vitest';
import { axisMax, linesOf } from './timeLinesOptions';

describe('lines over time', () => {
  it('keeps gaps', () => {
    const lines = [{ colour: '--chart-1', values: [1, null, 3] }];
    expect(linesOf({ times: [1000, 2000, 3000], lines })).toEqual([
      [1, 2, 3],
      [1, null, 3],
    ]);
  });

  it('shows a limit that no value reaches', () => {
    const lines = [{ colour: '--chart-1', values: [1, null, 3] }];
    expect(axisMax({ lines, limit: { value: 70, text: '' } })).toBe(80);
    expect(axisMax({ lines, limit: { value: 10, text: '' } })).toBe(12);
    expect(axisMax({ lines })).toBe(3);
  });
});
