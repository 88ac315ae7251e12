// Dead letters: records that could not be processed.
import { client } from './client';
import type { components } from './schema';

/** A dead letter in the list. */
export type Letter = components['schemas']['Letter'];
/** Letters newest first, how many there are on all pages, and the cursor of the next page. */
export type Letters = components['schemas']['LettersOutputBody'];
/** Letters with the same reason, input and topic. */
export type LetterGroup = components['schemas']['LetterGroup'];
/** The groups, the newest first. */
export type LetterGroups = components['schemas']['LetterGroupsOutputBody'];
export type ReplayResult = components['schemas']['ReplayResult'];

/** Which letters are meant: a filter and a window of event time in ms, the end exclusive. */
export interface LetterChoice {
  query: string;
  start: number;
  end: number;
}

function windowed({ query, start, end }: LetterChoice) {
  return { query, start: new Date(start).toISOString(), end: new Date(end).toISOString() };
}

/** Lists letters, from behind a cursor on. */
export async function fetchLetters(
  choice: LetterChoice,
  before: string | undefined,
  signal: AbortSignal,
): Promise<Letters> {
  const query = { ...windowed(choice), ...(before && { before }) };
  const { data } = await client.GET('/api/v1/deadletters', { params: { query }, signal });
  if (!data) throw new TypeError('the list of letters is empty');
  return data;
}

/** Puts letters through the intake again, each at most once. */
export async function replayLetters(choice: LetterChoice): Promise<ReplayResult> {
  const { data } = await client.POST('/api/v1/deadletters/replay', { body: windowed(choice) });
  if (!data) throw new TypeError('the answer to a replay is empty');
  return data;
}

/** Groups the letters of a time before now, such as `24h`. */
export async function fetchLetterGroups(since: string, signal: AbortSignal): Promise<LetterGroups> {
  const { data } = await client.GET('/api/v1/dead-letters/groups', {
    params: { query: { since } },
    signal,
  });
  if (!data) throw new TypeError('the groups of letters are empty');
  return data;
}
