/** A value before and after a change; undefined where it was not. */
export interface Difference {
  /** Names from the outside in, joined by dots; empty when the whole is one value. */
  path: string;
  before: string | undefined;
  after: string | undefined;
}

/** Compares two JSON values name by name: what differs first, then what stayed the same. Lists are compared whole. */
export function differences(before: unknown, after: unknown): Difference[] {
  const old = flat(before);
  const now = flat(after);
  const all = [...new Set([...old.keys(), ...now.keys()])].map((path) => ({
    path,
    before: old.get(path),
    after: now.get(path),
  }));
  const differ = (one: Difference) => one.before !== one.after;
  return [...all.filter(differ), ...all.filter((one) => !differ(one))];
}

/** Maps the paths of a value to what stands there. */
function flat(value: unknown, path = '', into = new Map<string, string>()): Map<string, string> {
  if (value === undefined || value === null) return into;
  if (typeof value !== 'object' || Array.isArray(value)) {
    into.set(path, typeof value === 'string' ? value : JSON.stringify(value));
    return into;
  }
  for (const [name, inner] of Object.entries(value)) {
    flat(inner, path === '' ? name : `${path}.${name}`, into);
  }
  return into;
}
