import type { IconName } from '../../ui/Icon';

/** Something that the palette can go to or do. */
export interface Entry {
  id: string;
  icon: IconName;
  /** What is shown and searched. */
  text: string;
  /** The text is data and stays as it is in every language. */
  data?: boolean;
  /** At the right: a count, a folder or keys. */
  hint?: string | undefined;
  run: () => void;
}

/** Entries of one kind. */
export interface EntryGroup {
  id: 'pages' | 'saved' | 'recent' | 'commands' | 'streams' | 'values' | 'fields';
  entries: readonly Entry[];
  /** How many are shown while something is typed, and while nothing is. */
  most: { typed: number; idle: number };
}
