import { describe, expect, it } from 'vitest';
import type { Retention } from '../../../api/system';
import { draftOf, isChanged, rulesOf, withChange, withoutRule, withRule } from './draft';
import { retentionRows } from './rows';

const retention: Retention = {
  default: { retention: '30d', max_size: '80%' },
  rules: [{ dataset: 'logs', filter: '{env="dev"}', retention: '3d' }],
  editable: true,
  source: 'config',
  configured: { default: { retention: '30d', max_size: '80%' }, rules: [] },
  usage: [
    {
      dataset: 'logs',
      filter: '{env="dev"}',
      segments: 1,
      rows: 5,
      bytes: 10,
      raw_bytes: 50,
      oldest: '2026-11-19T00:00:00Z',
    },
    {
      dataset: 'logs',
      filter: '',
      segments: 1,
      rows: 5,
      bytes: 20,
      raw_bytes: 60,
      oldest: '2026-11-18T00:00:00Z',
    },
    {
      dataset: 'logs',
      filter: '{env="gone"}',
      segments: 1,
      rows: 5,
      bytes: 1,
      raw_bytes: 5,
      oldest: '2026-11-17T00:00:00Z',
    },
  ],
};

describe('retention', () => {
  it('comes back from a draft as it was', () => {
    const draft = draftOf(retention);
    expect(rulesOf(draft)).toEqual({ default: retention.default, rules: retention.rules });
    expect(isChanged(draft, retention)).toBe(false);
  });

  it('changes, adds and takes out rules', () => {
    const added = withRule(draftOf(retention));
    const written = withChange(added, 1, { filter: ' {app="mesh"} ', retention: '24h' });
    expect(rulesOf(withoutRule(written, 0)).rules).toEqual([
      { filter: '{app="mesh"}', retention: '24h' },
    ]);
    expect(isChanged(written, retention)).toBe(true);
  });

  it('gives what a rule that is gone has kept to the default', () => {
    const [dev, rest] = retentionRows(retention);
    expect(dev).toMatchObject({ bytes: 10, oldest: Date.parse('2026-11-19T00:00:00Z') });
    expect(rest).toMatchObject({
      isDefault: true,
      bytes: 21,
      oldest: Date.parse('2026-11-17T00:00:00Z'),
    });
  });
});
