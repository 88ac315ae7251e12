import { describe, expect, it } from 'vitest';
import { barHeights, changeText, distanceOf, numberText, severityOf } from './patterns';

describe('changeText', () => {
  it.each([
    [3408, 0, '–'],
    [366, 2, '×183'],
    [2904, 206, '×14.1'],
    [20, 10, '×2'],
    [19, 10, '+90%'],
    [66, 100, '−34%'],
    [1001, 1000, '0%'],
    [0, 412, '−100%'],
  ])('%i lines after %i are %s', (hits, prior, text) => {
    expect(changeText({ hits, prior })).toBe(text);
  });
});

describe('severityOf', () => {
  it('is the worst that is more than an exception', () => {
    const info = { value: 'info', hits: 90 };
    expect(severityOf({ severity: [info, { value: 'error', hits: 10 }] })).toBe('error');
    expect(severityOf({ severity: [info, { value: 'error', hits: 9 }] })).toBe('info');
    expect(severityOf({ severity: [{ value: '', hits: 3 }] })).toBeUndefined();
  });
});

describe('numberText', () => {
  it('has as many digits as tell something, and the unit of the lines', () => {
    expect(numberText(6.254, 's')).toBe('6.25 s');
    expect(numberText(64.25, undefined)).toBe('64.3');
    expect(numberText(20_480.4, 'B')).toBe('20,480 B');
  });
});

it('compares with yesterday unless something else is offered and chosen', () => {
  expect(distanceOf(undefined)).toBe('1d');
  expect(distanceOf('1w')).toBe('1w');
  expect(distanceOf('5m')).toBe('1d');
});

it('draws the highest bar to the top, and nothing when all are empty', () => {
  const bar = (hits: number) => ({ from: 0, to: 1, hits });
  expect(barHeights({ buckets: [bar(5), bar(10)] })).toEqual([0.5, 1]);
  expect(barHeights({ buckets: [bar(0)] })).toEqual([0]);
});
