// How Haetae itself is, and what can be changed of it.
import { client } from './client';
import type { components } from './schema';

export type System = components['schemas']['System'];
export type VerdictItem = components['schemas']['VerdictItem'];
export type MemoryArea = components['schemas']['MemoryArea'];
export type SystemDisk = components['schemas']['SystemDisk'];
export type SystemHistory = components['schemas']['SystemHistory'];
export type SystemConfig = components['schemas']['SystemConfig'];
export type Retention = components['schemas']['Retention'];
export type RetentionRules = components['schemas']['RetentionRules'];
export type RetentionPreview = components['schemas']['RetentionPreview'];

/** The server's own figures that the System page shows over time. */
export const metrics = ['queue_lag', 'ingest', 'durable_p99', 'cpu', 'memory', 'disk'] as const;
export type Metric = (typeof metrics)[number];
/** All figures that are kept over time. */
export type HistoryMetric = Metric | 'behind_seconds' | 'arrived' | 'processed';

function wanted<T>(data: T | undefined): T {
  if (data === undefined) throw new TypeError('the answer is empty');
  return data;
}

/** Tells how Haetae is; throws as request.get does, like all of these. */
export async function fetchSystem(signal: AbortSignal): Promise<System> {
  return wanted((await client.GET('/api/v1/system', { signal })).data);
}

/** Tells one of its figures over the last minutes. */
export async function fetchHistory(
  metric: HistoryMetric,
  minutes: number,
  signal: AbortSignal,
): Promise<SystemHistory> {
  const query = { metric, minutes };
  return wanted((await client.GET('/api/v1/system/history', { params: { query }, signal })).data);
}

/** Lists the settings in effect. */
export async function fetchConfig(signal: AbortSignal): Promise<SystemConfig> {
  return wanted((await client.GET('/api/v1/system/config', { signal })).data);
}

/** Tells how long records are kept. */
export async function fetchRetention(signal: AbortSignal): Promise<Retention> {
  return wanted((await client.GET('/api/v1/system/retention', { signal })).data);
}

/** Tells what rules would delete at once; nothing is changed. */
export async function previewRetention(
  body: RetentionRules,
  signal: AbortSignal,
): Promise<RetentionPreview> {
  const params = { query: { preview: true } };
  const { data } = await client.PUT('/api/v1/system/retention', { params, body, signal });
  return wanted(data?.would_delete);
}

/** Makes rules hold at once. */
export async function saveRetention(body: RetentionRules): Promise<void> {
  await client.PUT('/api/v1/system/retention', { body });
}

/** Goes back to the rules of the configuration. */
export async function resetRetention(): Promise<void> {
  await client.DELETE('/api/v1/system/retention');
}
