import type { Status } from '../api/client';

/** Texts of the locales that word a code: `notices.title` and `notices.text` have one for each. */
export type StatusText =
  | 'starting'
  | 'storeFull'
  | 'storeFailed'
  | 'queueFailed'
  | 'queueGone'
  | 'brokersAway'
  | 'unread'
  | 'groupRefused'
  | 'metaAway'
  | 'dataGone'
  | 'damaged'
  | 'overQuota'
  | 'bufferSmall'
  | 'bufferSmallDropped'
  | 'bufferFull';

/** One thing that the server says about itself, apart from language. */
export interface StatusMessage {
  /** Stays the same while the message is about the same thing. */
  id: string;
  /** `critical` is a problem, `warn` a notice. */
  health: 'critical' | 'warn';
  /** How to word it; undefined for a code that this console does not know. */
  text: StatusText | undefined;
  /** What the text names, as its placeholders; `count` chooses its plural form. */
  values: Readonly<Record<string, string | number>>;
  /** Partitions of the queue that it is about, in order. */
  partitions: readonly number[];
  /** The server's own words, in English, each once. */
  raw: readonly string[];
  /** To run in a terminal against it. */
  command: string | undefined;
  /** What a person sees of a notice when dismissing it; a problem has none and stays. */
  version: string | undefined;
}

type Notice = NonNullable<Status['notices']>[number];

/** Lists what the status says, problems before notices. A problem of several partitions is one message. */
export function statusMessages({
  problems,
  notices,
}: Pick<Status, 'problems' | 'notices'>): StatusMessage[] {
  const messages = new Map<string, StatusMessage>();
  for (const message of (problems ?? []).map(problemMessage)) {
    const same = messages.get(message.id);
    messages.set(message.id, same ? merge(same, message) : message);
  }
  return [...messages.values(), ...(notices ?? []).map(noticeMessage)];
}

const serverTexts: Readonly<Record<string, StatusText>> = {
  starting: 'starting',
  'queue.brokers': 'brokersAway',
  'queue.group': 'groupRefused',
  'store.meta': 'metaAway',
  'data.gone': 'dataGone',
};

const partitionTexts: Readonly<Record<string, StatusText>> = {
  'store.full': 'storeFull',
  'store.failed': 'storeFailed',
  'queue.failed': 'queueFailed',
  'queue.gone': 'queueGone',
};

/** Reads "code: text"; the code of a partition's problem ends in the partition's number. */
function problemMessage(problem: string): StatusMessage {
  const [, code = '', partition, detail = ''] =
    /^([a-z_.]+?)(?:\.(\d+))?: (.*)$/s.exec(problem) ?? [];
  const text = problemText(code, partition !== undefined);
  return {
    id: `problem ${text ? code : problem}`,
    health: 'critical',
    text,
    values: {},
    partitions: text && partition !== undefined ? [Number(partition)] : [],
    raw: [text ? detail : problem],
    command: undefined,
    version: undefined,
  };
}

function problemText(code: string, ofPartition: boolean): StatusText | undefined {
  const texts = ofPartition ? partitionTexts : serverTexts;
  return Object.hasOwn(texts, code) ? texts[code] : undefined;
}

function merge(one: StatusMessage, other: StatusMessage): StatusMessage {
  const partitions = [...new Set([...one.partitions, ...other.partitions])];
  return {
    ...one,
    partitions: partitions.sort((a, b) => a - b),
    raw: [...new Set([...one.raw, ...other.raw])],
  };
}

function noticeMessage({ code, input, params = {} }: Notice): StatusMessage {
  const pairs = Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1));
  const known = noticeTexts(code, input, params);
  return {
    id: `notice ${code} ${input}`,
    health: 'warn',
    text: undefined,
    values: {},
    partitions: [],
    raw: known
      ? []
      : [[code, input, ...pairs.map(([name, value]) => `${name}=${value}`)].join(' ')],
    command: undefined,
    version: JSON.stringify(pairs),
    ...known,
  };
}

function noticeTexts(code: string, input: string, params: Record<string, string>) {
  switch (code) {
    case 'socket_buffer':
      return socketBuffer(input, params);
    case 'partitions_unread':
      return unread(params);
    case 'source_over_quota':
      return {
        text: 'overQuota' as const,
        values: { count: Number(params.count), source: params.source ?? '' },
      };
    case 'segments_damaged':
      return { text: 'damaged' as const, values: { count: Number(params.count) } };
    default:
      return undefined;
  }
}

function unread({ partitions = '' }: Record<string, string>) {
  if (!/^\d+(, \d+)*$/.test(partitions)) return undefined;
  return { text: 'unread' as const, partitions: partitions.split(', ').map(Number) };
}

/**
 * Words the buffer of a UDP socket. The kernel's bound is the remedy only when the kernel granted less than was asked; else the
 * input must ask for more.
 */
function socketBuffer(
  input: string,
  { asked = '', granted = '', dropped = '', setting = '', value = '' }: Record<string, string>,
): Pick<StatusMessage, 'text' | 'values' | 'command'> | undefined {
  const [bytesAsked, bytesGranted, count] = [sizeOf(asked), sizeOf(granted), Number(dropped)];
  if (!Number.isFinite(bytesAsked + bytesGranted + count)) return undefined;
  const values = { input, asked, granted, count };
  if (bytesGranted >= bytesAsked) return { text: 'bufferFull', values, command: undefined };
  // It is run as root: nothing but a setting and a number may stand in it.
  if (!/^[\w.]+$/.test(setting) || !/^\d+$/.test(value)) return undefined;
  return {
    text: count > 0 ? 'bufferSmallDropped' : 'bufferSmall',
    values,
    command: `sysctl -w ${setting}=${value}`,
  };
}

const sizeUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** Reads a size as the server writes it, 32MiB or 4096, in bytes; NaN when it is none. */
function sizeOf(text: string): number {
  const [, digits, unit = 'B'] = /^(\d+)([KMGT]?i?B)?$/.exec(text) ?? [];
  const power = sizeUnits.indexOf(unit);
  return digits === undefined || power < 0 ? Number.NaN : Number(digits) * 1024 ** power;
}
