// Formats of lines, and the rules of what becomes of them.
import { client } from './client';
import type { components } from './schema';

export type Rule = components['schemas']['Rule'];
export type ListedRule = components['schemas']['ListedRule'];
/** What a person says of a rule. */
export type RuleText = components['schemas']['RuleText'];
export type RuleProblem = components['schemas']['RuleProblem'];
export type TryResult = components['schemas']['TryResult'];
export type Format = components['schemas']['Description'];

/** Lists the formats that are recognised. */
export async function fetchFormats(signal: AbortSignal): Promise<Format[]> {
  const { data } = await client.GET('/api/v1/formats', { signal });
  return data?.formats ?? [];
}

/** Tells what a line would become with the saved rules and these; nothing is stored. */
export async function tryLine(
  line: string,
  rules: Rule[],
  signal: AbortSignal,
): Promise<TryResult> {
  const body = { line, rules, saved_rules: true };
  const { data } = await client.POST('/api/v1/formats/try', { body, signal });
  if (!data) throw new TypeError('the answer about a line is empty');
  return data;
}

/** Lists the rules in the order in which they run. */
export async function fetchRules(signal: AbortSignal): Promise<ListedRule[]> {
  const { data } = await client.GET('/api/v1/rules', { signal });
  return data?.rules ?? [];
}

/** Adds a rule, or replaces the one that was read. */
export async function saveRule(text: RuleText, old?: ListedRule): Promise<void> {
  if (!old) {
    await client.POST('/api/v1/rules', { body: text });
    return;
  }
  await client.PUT('/api/v1/rules/{id}', {
    params: { path: { id: old.id } },
    body: { ...text, revision: old.revision },
  });
}

/** Deletes a rule of the console. */
export async function deleteRule(id: string): Promise<void> {
  await client.DELETE('/api/v1/rules/{id}', { params: { path: { id } } });
}

/** Puts the console's rules into another order; all of them must be named. */
export async function orderRules(ids: string[]): Promise<void> {
  await client.POST('/api/v1/rules/order', { body: { ids } });
}
