import catalogue from './recipes.json' with { type: 'json' };

/** One way in which a shipper can send: a file to write, and commands before and after. */
export interface Variant {
  id: string;
  /** The listener that takes the lines, as the status names it. */
  listen: string;
  /** Type of the input whose records they become. */
  input: string;
  /** What the file is written in. */
  syntax: string;
  file: string;
  template: string;
  /** What must be installed first. */
  setup?: string;
  /** Restarts the shipper and sends a first line. */
  run: string;
  /** The shipper with which a test has run this very text. */
  tried?: string;
}

export interface Recipe {
  id: string;
  name: string;
  group: string;
  variants: readonly Variant[];
}

export const groups = ['daemons', 'collectors', 'containers', 'languages'] as const;

export const recipes: readonly Recipe[] = catalogue;

const templates = import.meta.glob<string>('./*.txt', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** What takes the place of {{host}}, {{port}} ... in a text. */
export type Values = Readonly<Record<string, string>>;

/** Puts values in the place of their names; other braces, which are the shipper's own, stay. */
export function fill(text: string, values: Values): string {
  return text.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => values[name] ?? whole);
}

/** Returns the variant's file with the values filled in. */
export function configuration(variant: Variant, values: Values): string {
  return fill(templates[`./${variant.template}.txt`] ?? '', values);
}
