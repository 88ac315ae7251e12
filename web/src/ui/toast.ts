/** A short message about what the user just did. */
export interface Toast {
  id: number;
  text: string;
  /** Takes back what was done. */
  undo?: (() => void) | undefined;
}

// More at once would cover the page; the oldest goes.
const most = 3;

let shown: readonly Toast[] = [];
let nextId = 1;
const watchers = new Set<() => void>();

function show(toasts: readonly Toast[]): void {
  shown = toasts;
  for (const watcher of watchers) watcher();
}

/** Says that something which the user did is done. What fails or happens by itself is said in its own place instead. */
export function toast(text: string, options: { undo?: () => void } = {}): void {
  show([...shown, { id: nextId++, text, undo: options.undo }].slice(-most));
}

/** Takes a toast away. */
export function dismissToast(id: number): void {
  show(shown.filter((one) => one.id !== id));
}

/** The toasts shown, oldest first; the same array until it changes. */
export function shownToasts(): readonly Toast[] {
  return shown;
}

/** Calls back when the toasts change, until the returned function is called. */
export function watchToasts(changed: () => void): () => void {
  watchers.add(changed);
  return () => watchers.delete(changed);
}
