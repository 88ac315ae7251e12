import { expect, test } from 'vitest';
import { placeTexts } from './lineMarks';

test('puts texts beside their marks where there is room', () => {
  const marks = [
    { x: 20, width: 40 }, // the edge is at its left
    { x: 200, width: 40 },
    { x: 210, width: 40 }, // the mark before is at its left
    { x: 215, width: 40 },
    { x: 400, width: 40 },
  ];
  expect(placeTexts(marks, 0, 400)).toEqual(['right', 'left', null, 'right', 'left']);
});

test('never lets a text run out of the chart', () => {
  expect(placeTexts([{ x: 90, width: 100 }], 0, 100)).toEqual([null]);
});
