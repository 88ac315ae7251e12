import { expect, test } from 'vitest';
import { settingText } from './settingText';

const text = (key: string, value: string) =>
  settingText(key, value, (ms) => `${ms / 86_400_000} d`);

test('writes sizes in the largest unit that is exact', () => {
  expect(text('batch.size', '524288')).toBe('512 KiB');
  expect(text('fetch.min.bytes', '1')).toBe('1 B');
  expect(text('max.partition.fetch.bytes', '1500000')).toBe('1500000 B');
  expect(text('retention.bytes', '-1')).toBe('∞');
});

test('writes long times as durations and short ones in ms', () => {
  expect(text('retention.ms', '604800000')).toBe('7 d');
  expect(text('linger.ms', '5')).toBe('5');
});

test('leaves words alone', () => {
  expect(text('acks', 'all')).toBe('all');
  expect(text('compression.type', 'zstd')).toBe('zstd');
});
