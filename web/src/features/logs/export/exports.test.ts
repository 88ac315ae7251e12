import { expect, it } from 'vitest';
import { exportAddress, withOtherNames } from './exports';

it('takes another name of the host where a row lacks the first, as the list does', () => {
  expect(withOtherNames('error', ['_time', 'host.name', '_msg'])).toBe(
    'error | format if (host.name:"") "<host>" as host.name | format if (host.name:"") "<hostname>" as host.name',
  );
  expect(withOtherNames('error', ['_time', 'status'])).toBe('error');
  expect(withOtherNames('error', ['*'])).toBe('error');
});

it('begins CSV alone with a byte order mark', () => {
  const request = { query: '*', start: 0, end: 1, fields: [], limit: 0 };
  expect(exportAddress({ ...request, format: 'csv' }, 'a')).toContain('bom=true');
  expect(exportAddress({ ...request, format: 'jsonl' }, 'a')).not.toContain('bom');
});
