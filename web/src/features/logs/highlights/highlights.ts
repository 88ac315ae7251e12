import { type CSSProperties, useSyncExternalStore } from 'react';

/** Lines that hold a text are tinted, and the text underlined. */
export interface Highlight {
  id: string;
  /** As written: plain text in any case, or a regular expression as /pattern/ or /pattern/i. */
  text: string;
  tint: Tint;
}

/** The tints by number. */
export const tints = [1, 2, 3, 4, 5] as const;
export type Tint = (typeof tints)[number];

const colours: Readonly<Record<Tint, string>> = {
  1: '--chart-1',
  2: '--chart-3',
  3: '--chart-4',
  4: '--chart-5',
  5: '--chart-2',
};

/** Sets the tint for the styles of an element and what is in it. */
export function tintStyle(tint: Tint): CSSProperties {
  return { '--log-tint': `var(${colours[tint]})` } as CSSProperties;
}

/** A highlight that can be looked for. */
export interface Hit {
  /** Has one group, and stops at the whole match. */
  pattern: RegExp;
  tint: Tint;
}

const storageKey = 'haetae.highlights';
export const mostHighlights = 20;

/** Returns the pattern that a text stands for, or null for none: it is empty, or no regular expression. */
export function patternOf(text: string): RegExp | null {
  if (text.trim() === '') return null;
  const written = /^\/(.+)\/(i?)$/s.exec(text);
  const source = written ? written[1] : text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  try {
    // Groups of the writer's own would come out as parts of the split text.
    const pattern = new RegExp(`(${source?.replace(/\((?!\?)/g, withoutGroup)})`, flagsOf(written));
    return pattern.test('') ? null : pattern;
  } catch {
    return null;
  }
}

function flagsOf(written: RegExpExecArray | null): string {
  return written && written[2] !== 'i' ? '' : 'i';
}

function withoutGroup(group: string, at: number, source: string): string {
  const backslashes = /\\*$/.exec(source.slice(0, at))?.[0].length ?? 0;
  return backslashes % 2 === 1 ? group : '(?:';
}

/** Returns what highlights a text: the first that matches goes before the others. */
export function hitOf(hits: readonly Hit[], text: string): Hit | null {
  return hits.find(({ pattern }) => pattern.test(text)) ?? null;
}

/** Reads what was stored; what is not ours is left out. */
export function parseHighlights(stored: string | null): Highlight[] {
  try {
    const value: unknown = JSON.parse(stored ?? '[]');
    return Array.isArray(value) ? value.filter(isHighlight).slice(0, mostHighlights) : [];
  } catch {
    return [];
  }
}

function isHighlight(value: unknown): value is Highlight {
  if (typeof value !== 'object' || value === null) return false;
  const { id, text, tint } = value as Partial<Highlight>;
  return typeof id === 'string' && typeof text === 'string' && tints.some((one) => one === tint);
}

interface Kept {
  highlights: readonly Highlight[];
  hits: readonly Hit[];
}

const watchers = new Set<() => void>();
let kept: Kept | undefined;

function keep(highlights: readonly Highlight[]): Kept {
  const hits = highlights.flatMap(({ text, tint }) => {
    const pattern = patternOf(text);
    return pattern ? [{ pattern, tint }] : [];
  });
  kept = { highlights, hits };
  return kept;
}

function read(): Kept {
  if (kept) return kept;
  try {
    return keep(parseHighlights(localStorage.getItem(storageKey)));
  } catch {
    return keep([]);
  }
}

/** Makes these the highlights of this browser. */
export function setHighlights(highlights: readonly Highlight[]): void {
  keep(highlights);
  try {
    localStorage.setItem(storageKey, JSON.stringify(highlights));
  } catch {
    // They then last as long as the page.
  }
  for (const watcher of watchers) watcher();
}

/** Returns the highlights of this browser. */
export function useHighlights(): Kept {
  return useSyncExternalStore(watch, read);
}

function watch(changed: () => void): () => void {
  watchers.add(changed);
  return () => watchers.delete(changed);
}
