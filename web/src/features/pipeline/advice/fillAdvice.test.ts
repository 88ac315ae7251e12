import { expect, test } from 'vitest';
import en from '../../../locales/advice.en.json';
import ko from '../../../locales/advice.ko.json';
import { fillAdvice } from './fillAdvice';

const duration = (ms: number) => `${ms / 1000} s`;

test('writes each number in its unit', () => {
  const advice = {
    values: {
      filled_percent: 1.26,
      batches_per_second: 41.4,
      wire_bytes_per_second: 4_100_000,
      batch_bytes: 812,
      added_ms: 5,
      full_ms: 20_000,
      full_days: 12,
      ratio: 0.037,
    },
    from: '5',
    to: '20',
  };
  const places = [...Object.keys(advice.values), 'from', 'to'].map((name) => `{{${name}}}`);
  expect(fillAdvice(places.join(' '), advice, duration)).toBe(
    '1.3% 41/s 4.1 MB/s 812 B 5 ms 20 s 12 0.04 5 20',
  );
});

test('says nothing when a number is missing', () => {
  expect(fillAdvice('{{records}} wait', { values: {} }, duration)).toBeNull();
});

test('has every sentence in both languages, with the same places', () => {
  const places = (text: string) => text.match(/\{\{\w+\}\}/g)?.toSorted();
  expect(Object.keys(ko).toSorted()).toEqual(Object.keys(en).toSorted());
  for (const [code, text] of Object.entries(en)) {
    expect([code, places(ko[code as keyof typeof ko])]).toEqual([code, places(text)]);
  }
});
