import type { SavedQuery } from '../../../api/saved';

/** Saved queries of one folder; the empty folder holds those without one. */
export interface Folder {
  folder: string;
  queries: SavedQuery[];
}

/** Groups those that hold the text in name, description, folder or query; order stays as the server gave it. */
export function byFolder(all: readonly SavedQuery[], text: string): Folder[] {
  const needle = text.trim().toLowerCase();
  const folders = new Map<string, SavedQuery[]>();
  for (const saved of all) {
    const { name, folder = '', description = '', query } = saved;
    const words = [name, folder, description, query].join('\n').toLowerCase();
    if (!words.includes(needle)) continue;
    const queries = folders.get(folder);
    if (queries) queries.push(saved);
    else folders.set(folder, [saved]);
  }
  return [...folders].map(([folder, queries]) => ({ folder, queries }));
}

/** Lists the folders that there are. */
export function foldersOf(all: readonly SavedQuery[]): string[] {
  return [...new Set(all.map(({ folder }) => folder ?? ''))].filter((folder) => folder !== '');
}
