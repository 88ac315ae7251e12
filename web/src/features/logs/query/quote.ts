/** Takes the quotes off a name or value of a query; what has none is returned as it is. */
export function unquote(text: string): string {
  const sign = text[0] ?? '';
  if (sign === '`') return text.slice(1, text.length > 1 && text.endsWith(sign) ? -1 : undefined);
  if (sign !== '"' && sign !== "'") return text;
  const inner = text.slice(1, text.length > 1 && text.endsWith(sign) ? -1 : undefined);
  const escaped = sign === "'" ? inner.replace(/\\'/g, "'").replace(/(?<!\\)"/g, '\\"') : inner;
  try {
    return String(JSON.parse(`"${escaped}"`));
  } catch {
    // A backslash that begins no escape of JSON stands for itself.
    return inner.replace(/\\([\\"'])/g, '$1');
  }
}

/** Writes a field's name, in quotes where the language needs them. */
export function quoteName(name: string): string {
  const bare = /^[A-Za-z_][\w./@-]*$/.test(name) && !/^(?:and|or|not)$/i.test(name);
  return bare ? name : JSON.stringify(name);
}
