import { describe, expect, it } from 'vitest';
import type { Status } from '../api/client';
import { isDismissed, parseDismissed } from './dismissed';
import { statusMessages } from './statusMessages';

const params = {
  setting: 'net.core.rmem_max',
  value: '33554432',
  asked: '32MiB',
  granted: '208KiB',
  dropped: '0',
};

function messages(said: { problems?: string[]; notices?: Status['notices'] }) {
  return statusMessages(said as Status);
}

function buffer(changed: Partial<typeof params>) {
  const notices = [{ code: 'socket_buffer', input: 'edge', params: { ...params, ...changed } }];
  const [message] = messages({ notices });
  if (!message) throw new Error('the notice makes no message');
  return message;
}

describe('problems', () => {
  it('joins what several partitions say, and keeps their words once', () => {
    const full = 'the store has no room, waiting for it: 97% used';
    const [message, ...others] = messages({
      problems: [`store.full.10: ${full}`, `store.full.2: ${full}`, 'store.full.3: other: words'],
    });
    expect(others).toEqual([]);
    expect(message).toMatchObject({
      health: 'critical',
      text: 'storeFull',
      partitions: [2, 3, 10],
    });
    expect(message?.raw).toEqual([full, 'other: words']);
  });

  it('tells codes of one beginning apart', () => {
    const said = messages({
      problems: [
        'queue.failed.0: a',
        'queue.gone.0: b',
        'queue.brokers: they do not answer',
        'starting: c',
        'store.meta: PostgreSQL at h:1: d',
      ],
    });
    expect(said.map(({ text }) => text)).toEqual([
      'queueFailed',
      'queueGone',
      'brokersAway',
      'starting',
      'metaAway',
    ]);
    expect(said.at(-1)?.raw).toEqual(['PostgreSQL at h:1: d']);
  });

  it('shows what it does not know in the words of the server', () => {
    const problems = [
      'meta.slow.1: took 3 s',
      'no code at all',
      'constructor.1: odd',
      'store.full: of no partition',
      'starting.1: of one',
    ];
    const said = messages({ problems });
    expect(said.filter(({ text }) => text)).toEqual([]);
    expect(said.map(({ raw }) => raw.join())).toEqual(problems);
  });

  it('stand before notices and cannot be dismissed', () => {
    const said = messages({
      problems: ['store.full.0: x'],
      notices: [{ code: 'socket_buffer', input: 'edge', params }],
    });
    expect(said.map(({ health }) => health)).toEqual(['critical', 'warn']);
    const all = Object.fromEntries(said.map(({ id, version }) => [id, version ?? '']));
    expect(said.map((message) => isDismissed(message, all))).toEqual([false, true]);
  });
});

describe('the notice of a socket buffer', () => {
  it('names the command while the kernel grants less than was asked', () => {
    const command = 'sysctl -w net.core.rmem_max=33554432';
    expect(buffer({})).toMatchObject({ text: 'bufferSmall', command });
    const lossy = buffer({ dropped: '1204' });
    expect(lossy).toMatchObject({ text: 'bufferSmallDropped', command });
    expect(lossy.values).toMatchObject({ input: 'edge', count: 1204 });
  });

  it('does not send a person to the kernel when it granted everything', () => {
    for (const granted of ['32MiB', '33554432', '1GiB']) {
      const message = buffer({ granted, dropped: '7' });
      expect(message).toMatchObject({ text: 'bufferFull', command: undefined });
    }
  });

  it('is shown raw when its params are not what is known', () => {
    for (const odd of [{ asked: 'much' }, { value: '1; reboot' }, { setting: 'a b' }]) {
      const message = buffer(odd);
      expect(message).toMatchObject({ text: undefined, command: undefined });
      expect(message.raw.join()).toContain(`socket_buffer edge`);
    }
  });

  it('comes back when its params change, and for another input', () => {
    const { id, version = '' } = buffer({});
    const dismissed = { [id]: version };
    expect(isDismissed(buffer({}), dismissed)).toBe(true);
    expect(isDismissed(buffer({ dropped: '1' }), dismissed)).toBe(false);
    const [other] = messages({ notices: [{ code: 'socket_buffer', input: 'core', params }] });
    expect(other && isDismissed(other, dismissed)).toBe(false);
  });

  it('stays dismissed whatever order its params come in', () => {
    const reversed = Object.fromEntries(Object.entries(params).reverse());
    const notice = { code: 'socket_buffer', input: 'edge', params: reversed };
    expect(messages({ notices: [notice] })[0]?.version).toBe(buffer({}).version);
  });
});

describe('the notice of damaged segments', () => {
  it('counts them, and comes back when they become more', () => {
    const of = (count: string) =>
      messages({ notices: [{ code: 'segments_damaged', input: '', params: { count } }] })[0];
    expect(of('2')).toMatchObject({ health: 'warn', text: 'damaged', values: { count: 2 } });
    expect(of('2')?.version).not.toBe(of('3')?.version);
  });
});

describe('the notice of sources over their quotas', () => {
  it('counts them and names one, and comes back when they become more', () => {
    const of = (count: string) =>
      messages({
        notices: [{ code: 'source_over_quota', input: '', params: { count, source: 'otlp/::1' } }],
      })[0];
    expect(of('2')).toMatchObject({
      health: 'warn',
      text: 'overQuota',
      values: { count: 2, source: 'otlp/::1' },
    });
    expect(of('2')?.version).not.toBe(of('3')?.version);
  });
});

describe('the notice of partitions that nobody reads', () => {
  it('names them, and comes back when they become others', () => {
    const of = (partitions: string) =>
      messages({ notices: [{ code: 'partitions_unread', input: '', params: { partitions } }] })[0];
    expect(of('3, 10')).toMatchObject({ health: 'warn', text: 'unread', partitions: [3, 10] });
    expect(of('3')?.version).not.toBe(of('3, 10')?.version);
  });
});

describe('what was dismissed', () => {
  it('is nothing when the browser keeps something else', () => {
    for (const stored of [null, '', 'null', '[1]', '"x"', '{', '{"a":1}']) {
      expect(parseDismissed(stored)).toEqual({});
    }
    expect(parseDismissed('{"a":"1","b":2}')).toEqual({ a: '1' });
  });
});
