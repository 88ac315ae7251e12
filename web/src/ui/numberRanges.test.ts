import { expect, test } from 'vitest';
import { numberRanges } from './numberRanges';

test.each([
  [[], ''],
  [[7], '7'],
  [[10, 2], '2, 10'],
  [[1, 2], '1, 2'],
  [[9, 3, 5, 4, 0], '0, 3–5, 9'],
  [[1, 2, 2, 3], '1–3'],
])('lists %j as %j', (numbers, text) => {
  expect(numberRanges(numbers)).toBe(text);
});
